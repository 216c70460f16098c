using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Ledger.Model;
using Starling.Simulation.Scheduling;

namespace Starling.Simulation.Ledger;

/// <summary>The one ledger of the world: the executable model of a backend, driven by virtual time.</summary>
internal sealed class SimulatedLedger
{
    private readonly LedgerModel model;
    private readonly EventHeap heap;
    private readonly Action<ImmutableArray<ContractId>> changed;
    private TimeSpan planned = TimeSpan.MaxValue;

    public SimulatedLedger(EventHeap heap, SeededRandom random, Func<SignedEntry, bool> verify, Action<ImmutableArray<ContractId>> changed)
    {
        this.heap = heap;
        this.changed = changed;
        model = new LedgerModel(LedgerFaults.None, random, verify);
    }

    private Instant Now => new(heap.Now.Ticks * 100);

    /// <summary>What goes wrong from now on.</summary>
    public LedgerFaults Faults
    {
        get => model.Faults;
        set => model.Faults = value;
    }

    public AppendOutcome Append(SignedEntry entry)
    {
        var outcome = model.Append([entry], Now);
        Plan();
        return outcome;
    }

    public LedgerPage? Read(ContractId contract, long from)
    {
        var page = model.Read(contract, from, LedgerPage.MaxEntries, Now);
        Plan();
        return page;
    }

    /// <summary>All final entries, without faults: for the checkers.</summary>
    public IReadOnlyList<VerifiedEntry> Final(ContractId contract) => model.Final(contract);

    /// <summary>How often a watcher is told of a change.</summary>
    public int DrawHints() => model.DrawHints();

    private void Plan()
    {
        if (model.TakeChanged(Now) is { IsEmpty: false } contracts)
            changed(contracts);
        var next = model.NextEvent;
        if (next == Instant.Never)
            return;
        var due = new TimeSpan((next.Nanoseconds + 99) / 100);
        if (due >= planned)
            return;
        planned = due;
        heap.At(due, () =>
        {
            planned = TimeSpan.MaxValue;
            Plan();
        });
    }
}
