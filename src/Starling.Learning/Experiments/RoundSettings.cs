using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Learning.Programs;

namespace Starling.Learning.Experiments;

/// <summary>How an experiment's nodes train together; the <c>training</c> section of its file.</summary>
/// <param name="Rounds">Rounds to train, from 1.</param>
/// <param name="SyncInterval">Local batches between two rounds, from 1.</param>
/// <param name="MinPeers">Nodes that a round needs, from 2.</param>
/// <param name="Audit">What nodes check before they vote for a merge.</param>
/// <param name="MergeRule">The merge rule's name.</param>
/// <param name="MergeParameters">Its parameters, sorted by name.</param>
/// <param name="Preset">Where the nodes are.</param>
/// <param name="Timeouts">How long a round waits.</param>
public sealed record RoundSettings(
    long Rounds,
    int SyncInterval,
    int MinPeers,
    AuditMode Audit,
    string MergeRule,
    ImmutableArray<KeyValuePair<string, double>> MergeParameters,
    Preset Preset,
    Timeouts Timeouts)
{
    /// <summary>What a model's file may take beyond its elements.</summary>
    private const long HeaderBytes = 1 << 20;

    /// <summary>How many chunks an auditor draws when it samples.</summary>
    public int AuditChunks { get; init; } = TrainingSettings.DefaultAuditChunks;

    /// <summary>How the sync interval follows the loss; null if it stays as it is.</summary>
    public AdaptiveInterval? Adaptive { get; init; }

    /// <summary>After how many passes over its own rows a node has trained enough; 0 for never.</summary>
    public int Epochs { get; init; }

    /// <summary>What a node does once it has trained enough.</summary>
    public CheckIn CheckIn { get; init; } = CheckIn.Snapshot;

    /// <summary>The weight of each node's updates, 1 to 100; empty for the number of its rows.</summary>
    public ImmutableArray<int> Weights { get; init; } = [];

    /// <summary>The nodes that may lead, counted from 1; empty for all.</summary>
    public ImmutableArray<int> Leaders { get; init; } = [];

    /// <summary>The settings that entry 0 of the training contract fixes.</summary>
    /// <param name="protocol">The sync protocol.</param>
    /// <param name="schema">The model that is trained.</param>
    public TrainingSettings ToContract(string protocol, ModelSchema schema) => new(
        protocol, Rounds, SyncInterval, MinPeers, Audit, MergeRule, MergeParameters, schema.Hash,
        checked(HeaderBytes + schema.Tensors.Sum(tensor => tensor.Count * (tensor.IsFloat ? sizeof(float) : sizeof(long)))),
        Timeouts.Leader, Timeouts.Absent, Timeouts.Grace, Timeouts.ClaimDelay)
    {
        AuditChunks = AuditChunks,
        Adaptive = Adaptive,
    };

    /// <summary>Whether a node may lead.</summary>
    /// <param name="node">Its place among the nodes, from 0.</param>
    public bool MayLead(int node) => Leaders.IsEmpty || Leaders.Contains(node + 1);

    /// <summary>On which terms a node takes part.</summary>
    /// <param name="node">Its place among the nodes, from 0.</param>
    public ProgramTerms Of(int node) => new(Weights.IsEmpty ? null : Weights[node], Epochs, CheckIn);
}
