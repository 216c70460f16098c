using System.Collections.Immutable;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>A state of the ledger and of the kernel of each honest node.</summary>
/// <param name="Fold">The production fold after all entries.</param>
/// <param name="Entries">The ledger.</param>
/// <param name="Nodes">The honest nodes, in the order of the members.</param>
/// <param name="FaultsLeft">How many deaths or lost disks may still come.</param>
internal sealed record KernelWorld(TrainingState Fold, ImmutableList<VerifiedEntry> Entries, ImmutableArray<KernelNode> Nodes,
    int FaultsLeft);
