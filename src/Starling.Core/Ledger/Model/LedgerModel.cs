using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Ledger.Model;

/// <summary>
/// The executable model of a ledger's backend: what every real backend must stay within, and what the simulator runs on. It only orders
/// entries, a contract at a time, and takes the same stored bytes once. Whatever goes wrong is drawn from the seed: the same calls give
/// the same answers. Final entries never change, and two reads never contradict each other on them.
/// </summary>
/// <remarks>
/// Moments are of one clock of the model's own and never go back. Nothing happens by itself: <see cref="NextEvent"/>
/// tells when to call again.
/// </remarks>
public sealed class LedgerModel
{
    private readonly SortedDictionary<ContractId, ModelledContract> contracts = [];
    private readonly SortedDictionary<(Instant Lands, long Number), ImmutableArray<SignedEntry>> inFlight = [];
    private readonly SortedSet<ContractId> changed = [];
    private readonly Func<SignedEntry, bool> verify;
    private readonly SeededRandom appends, reads, hints, outages;
    private LedgerFaults faults;
    private Instant now;
    private (Instant From, Instant To)? outage;
    private long flights;

    /// <summary>An empty ledger.</summary>
    /// <param name="faults">What goes wrong.</param>
    /// <param name="random">The seed of it; the model takes forks and draws nothing from it.</param>
    /// <param name="verify">Whether an entry's signature fits its key, as <see cref="VerifiedEntry.SignatureValid"/> will say.
    /// Asked once an entry.</param>
    /// <exception cref="ArgumentException">A fault breaks its bound; the message names all that do.</exception>
    public LedgerModel(LedgerFaults faults, SeededRandom random, Func<SignedEntry, bool> verify)
    {
        this.faults = Checked(faults);
        this.verify = verify;
        appends = random.Fork("ledger/appends");
        reads = random.Fork("ledger/reads");
        hints = random.Fork("ledger/hints");
        outages = random.Fork("ledger/outages");
    }

    /// <summary>What goes wrong from now on. An outage ends when it changes; what is in flight still lands.</summary>
    /// <exception cref="ArgumentException">A fault breaks its bound.</exception>
    public LedgerFaults Faults
    {
        get => faults;
        set
        {
            faults = Checked(value);
            outage = null;
        }
    }

    /// <summary>
    /// When something next happens by itself: a late append lands, or an entry becomes final. <see cref="Instant.Never"/> if nothing will.
    /// </summary>
    public Instant NextEvent
    {
        get
        {
            var next = inFlight.Count > 0 ? inFlight.First().Key.Lands : Instant.Never;
            foreach (var contract in contracts.Values)
                if (contract.NextFinal < next)
                    next = contract.NextFinal;
            return next;
        }
    }

    /// <summary>Appends entries in order, as one batch.</summary>
    /// <param name="entries">At most <see cref="LedgerPage.MaxEntries"/>.</param>
    /// <param name="at">The moment, not before that of an earlier call.</param>
    public AppendOutcome Append(ImmutableArray<SignedEntry> entries, Instant at)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Length, LedgerPage.MaxEntries, nameof(entries));
        Advance(at);
        var draw = appends.NextDouble();
        if (InOutage() || (draw -= faults.Unavailable) < 0)
            return AppendOutcome.Unavailable;
        if ((draw -= faults.LostAppend) < 0)
            return AppendOutcome.Unknown;
        if ((draw -= faults.LateAppend) < 0)
        {
            inFlight.Add((now + appends.Between(TimeSpan.Zero, faults.LateBy), flights++), entries);
            Advance(at);
            return AppendOutcome.Unknown;
        }

        Land(entries);
        Advance(at);
        return draw - faults.LostAcknowledgement < 0 ? AppendOutcome.Unknown : AppendOutcome.Appended;
    }

    /// <summary>Reads final entries. An unknown contract has none.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="from">The height to read from, 0 or more.</param>
    /// <param name="limit">How many entries at most, 1 or more.</param>
    /// <param name="at">The moment, not before that of an earlier call.</param>
    /// <returns>A page within the bounds of <see cref="LedgerPage"/>, or null if the backend does not answer.</returns>
    public LedgerPage? Read(ContractId contract, long from, int limit, Instant at)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        Advance(at);
        var (silent, stale, brief) = (reads.Chance(faults.ReadUnavailable), reads.Chance(faults.StaleRead), reads.Chance(faults.ShortPage));
        if (InOutage() || silent)
            return null;
        if (!contracts.TryGetValue(contract, out var known))
            return new LedgerPage(contract, from, [], 0);
        var height = stale
            ? known.HeightAt(new Instant(now.Nanoseconds - (reads.Between(TimeSpan.Zero, faults.StaleBy).Ticks * 100)))
            : known.Final.Count;
        if (brief)
            limit = 1 + reads.Next(limit);
        return new LedgerPage(contract, from, known.Slice(from, height, Math.Min(limit, LedgerPage.MaxEntries)), height);
    }

    /// <summary>The contracts that have new final entries since this was last asked, sorted.</summary>
    public ImmutableArray<ContractId> TakeChanged(Instant at)
    {
        Advance(at);
        ImmutableArray<ContractId> taken = [.. changed];
        changed.Clear();
        return taken;
    }

    /// <summary>How often one watcher is told of one change: once, or by a fault never or twice.</summary>
    public int DrawHints()
    {
        var draw = hints.NextDouble();
        return draw < faults.LostHint ? 0 : draw < faults.LostHint + faults.RepeatedHint ? 2 : 1;
    }

    /// <summary>All final entries of a contract, without faults: for checkers.</summary>
    public IReadOnlyList<VerifiedEntry> Final(ContractId contract) => contracts.TryGetValue(contract, out var known) ? known.Final : [];

    private static LedgerFaults Checked(LedgerFaults faults) => faults.Problems is { IsEmpty: false } problems
        ? throw new ArgumentException(string.Join(' ', problems), nameof(faults))
        : faults;

    private void Advance(Instant at)
    {
        if (at < now)
            throw new ArgumentException($"The model's time went back from {now} to {at}.", nameof(at));
        for (var next = NextEvent; next <= at && next != Instant.Never; next = NextEvent)
        {
            now = next > now ? next : now;
            if (inFlight.Count > 0 && inFlight.First() is var flight && flight.Key.Lands <= now)
            {
                inFlight.Remove(flight.Key);
                Land(flight.Value);
            }

            foreach (var (id, contract) in contracts)
                if (contract.Finalise(now))
                    changed.Add(id);
        }

        now = at;
    }

    private void Land(ImmutableArray<SignedEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (!contracts.TryGetValue(entry.Body.Contract, out var contract))
                contracts.Add(entry.Body.Contract, contract = new ModelledContract());
            contract.Append(entry, verify, now + faults.FinalAfter);
            if (appends.Chance(faults.Reorganisation))
                contract.Reorganise(appends, faults.Vanishing);
        }
    }

    private bool InOutage()
    {
        if (faults.OutageEvery == TimeSpan.Zero)
            return false;
        outage ??= DrawOutage(now);
        while (outage.Value.To <= now)
            outage = DrawOutage(outage.Value.To);
        return outage.Value.From <= now;
    }

    // Uniform between nothing and twice the mean. A length of zero would not move time on, hence the tick.
    private (Instant From, Instant To) DrawOutage(Instant after)
    {
        var from = after + outages.Between(TimeSpan.FromTicks(1), 2 * faults.OutageEvery);
        return (from, from + outages.Between(TimeSpan.Zero, 2 * faults.OutageLength));
    }
}
