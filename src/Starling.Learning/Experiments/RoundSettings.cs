using System.Collections.Immutable;
using Starling.Core.Models;
using Starling.Core.Training;

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

    /// <summary>The settings that entry 0 of the training contract fixes.</summary>
    /// <param name="protocol">The sync protocol.</param>
    /// <param name="schema">The model that is trained.</param>
    public TrainingSettings ToContract(string protocol, ModelSchema schema) => new(
        protocol, Rounds, SyncInterval, MinPeers, Audit, MergeRule, MergeParameters, schema.Hash,
        checked(HeaderBytes + schema.Tensors.Sum(tensor => tensor.Count * (tensor.IsFloat ? sizeof(float) : sizeof(long)))),
        Timeouts.Leader, Timeouts.Absent, Timeouts.Grace, Timeouts.ClaimDelay);
}
