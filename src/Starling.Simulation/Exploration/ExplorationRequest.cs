using System.Collections.Immutable;
using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>What to explore.</summary>
public sealed record ExplorationRequest
{
    /// <summary>The most nodes that can be explored.</summary>
    public const int MostNodes = 6;

    /// <summary>How much of the production code is driven. Default the fold alone.</summary>
    public ExplorationScope Scope { get; init; }

    /// <summary>Members of the contract, 2 to <see cref="MostNodes"/>. Default 3.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>Members that a round needs, 2 to <see cref="Nodes"/>. Default 2.</summary>
    public int MinPeers { get; init; } = 2;

    /// <summary>What members check before they vote. Default full.</summary>
    public AuditMode Audit { get; init; } = AuditMode.Full;

    /// <summary>The fault that is allowed. Default none.</summary>
    public ExplorationFault Fault { get; init; }

    /// <summary>
    /// How many deaths or lost disks are allowed, 1 to <see cref="Nodes"/>. Default 1. A Byzantine node is one in any case.
    /// </summary>
    public int Times { get; init; } = 1;

    /// <summary>Begin where every member is ready, instead of where a round opens. Default false. Fewer states, for more nodes.</summary>
    public bool BeginsReady { get; init; }

    /// <summary>
    /// Let an honest node append its next entry while a vote of an earlier opening is still under way, as no node does.
    /// Default false. The fold alone.
    /// </summary>
    public bool Pipelined { get; init; }

    /// <summary>States after which the exploration gives up, 1,000 to 100,000,000. Default 5,000,000.</summary>
    public int MostStates { get; init; } = 5_000_000;

    /// <summary>Every value that is out of range, as a sentence each; none if all are well.</summary>
    public ImmutableArray<string> Errors()
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        if (Nodes is < 2 or > MostNodes)
            errors.Add($"nodes is {Nodes}; it must be 2 to {MostNodes}.");
        if (MinPeers < 2 || MinPeers > Nodes)
            errors.Add($"minPeers is {MinPeers}; it must be 2 to the number of nodes, {Nodes}.");
        if (Times < 1 || Times > Nodes)
            errors.Add($"times is {Times}; it must be 1 to the number of nodes, {Nodes}.");
        if (MostStates is < 1_000 or > 100_000_000)
            errors.Add($"mostStates is {MostStates}; it must be 1,000 to 100,000,000.");
        if (Pipelined && Scope != ExplorationScope.Fold)
            errors.Add("pipelined is for the fold alone; a kernel does as it does.");
        return errors.ToImmutable();
    }
}
