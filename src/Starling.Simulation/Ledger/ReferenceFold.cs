using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Ledger;

/// <summary>The fold of the true ledger, as far as it is final: always at least as far as any node's. What checkers compare with.</summary>
internal sealed class ReferenceFold(ContractReference contract, ICertifier certifier)
{
    private readonly List<VerifiedEntry> entries = [];
    private readonly List<Digest> hashes = [TrainingStateCodec.Hash(TrainingState.Empty(contract.Contract, contract.Founding))];

    /// <summary>The state now.</summary>
    public TrainingState State { get; private set; } = TrainingState.Empty(contract.Contract, contract.Founding);

    /// <summary>The final entries.</summary>
    public IReadOnlyList<VerifiedEntry> Entries => entries;

    /// <summary>The state's digest after so many entries.</summary>
    public Digest HashAt(long height) => hashes[(int)height];

    /// <summary>Folds what has become final.</summary>
    /// <param name="final">All final entries.</param>
    /// <param name="folded">Told of each: the entry, the state before it, and what became of it.</param>
    public void Advance(IReadOnlyList<VerifiedEntry> final, Action<VerifiedEntry, TrainingState, FoldResult> folded)
    {
        while (entries.Count < final.Count)
        {
            var entry = final[entries.Count];
            var before = State;
            var result = TrainingFold.Apply(before, entry, certifier);
            entries.Add(entry);
            State = result.State;
            hashes.Add(TrainingStateCodec.Hash(State));
            folded(entry, before, result);
        }
    }
}
