namespace Starling.Api;

/// <summary>What a training contract fixes for all members.</summary>
/// <param name="Protocol">The sync protocol.</param>
/// <param name="Rounds">Rounds to train.</param>
/// <param name="SyncInterval">Local batches between two rounds.</param>
/// <param name="MinPeers">Members that a round needs.</param>
/// <param name="Audit">What members check before they vote: <c>off</c>, <c>sampled</c> or <c>full</c>.</param>
/// <param name="MergeRule">The merge rule.</param>
/// <param name="SchemaHash">The hash of the model's schema, in hexadecimal.</param>
/// <param name="MaxModelBytes">The largest update, in bytes.</param>
/// <param name="LeaderTimeoutSeconds">How long a member sees no progress before it suspects the leader.</param>
/// <param name="AbsentTimeoutSeconds">How long a round may stand still before its members reopen it.</param>
/// <param name="GraceSeconds">How long members wait for late ones once enough are ready.</param>
/// <param name="ClaimDelaySeconds">The pause between the ranks of members that claim a term.</param>
public sealed record ContractSettings(
    string Protocol,
    long Rounds,
    int SyncInterval,
    int MinPeers,
    string Audit,
    string MergeRule,
    string SchemaHash,
    long MaxModelBytes,
    double LeaderTimeoutSeconds,
    double AbsentTimeoutSeconds,
    double GraceSeconds,
    double ClaimDelaySeconds)
{
    /// <summary>How many chunks of a merge an auditor draws when it samples.</summary>
    public int AuditChunks { get; init; }

    /// <summary>The merge rule's parameters; null from a node of an older version, which does not tell them.</summary>
    public IReadOnlyDictionary<string, double>? MergeParameters { get; init; }

    /// <summary>The sync protocol's parameters; null from a node of an older version, which does not tell them.</summary>
    public IReadOnlyDictionary<string, double>? ProtocolParameters { get; init; }

    /// <summary>How the sync interval follows the loss; null if it stays as it is.</summary>
    public AdaptiveBounds? Adaptive { get; init; }
}
