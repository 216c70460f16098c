using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Merging;
using Starling.Core.Training.Participation;

namespace Starling.Core.Training;

/// <summary>
/// What a training contract's entry 0 fixes for all members, and what an admin's <c>Settings</c> entry may change for later rounds.
/// </summary>
/// <param name="Protocol">The sync protocol's name, one of <see cref="SyncProtocols.Names"/>.</param>
/// <param name="Rounds">Rounds to train, 1 to 1,000,000.</param>
/// <param name="SyncInterval">Local batches between two rounds, 1 to 1,000,000; where the interval adapts, the first one.</param>
/// <param name="MinPeers">Members that a round needs, 2 to 1,024.</param>
/// <param name="Audit">What members check before they vote.</param>
/// <param name="MergeRule">The merge rule's name.</param>
/// <param name="MergeParameters">The rule's parameters, sorted by name.</param>
/// <param name="SchemaHash">The hash of the model's schema, which every update must have.</param>
/// <param name="MaxModelBytes">The largest update, in bytes.</param>
/// <param name="LeaderTimeout">How long a member sees no progress before it suspects the leader; doubles with each term of a round.</param>
/// <param name="AbsentTimeout">How long a round may stand still before its members reopen it; doubles with each reopening.</param>
/// <param name="Grace">How long members wait for late ones once enough are ready.</param>
/// <param name="ClaimDelay">The pause between the ranks of members that claim a term.</param>
public sealed record TrainingSettings(
    string Protocol,
    long Rounds,
    int SyncInterval,
    int MinPeers,
    AuditMode Audit,
    string MergeRule,
    ImmutableArray<KeyValuePair<string, double>> MergeParameters,
    Digest SchemaHash,
    long MaxModelBytes,
    TimeSpan LeaderTimeout,
    TimeSpan AbsentTimeout,
    TimeSpan Grace,
    TimeSpan ClaimDelay)
{
    /// <summary>The most members of a contract.</summary>
    public const int MaxMembers = 1024;

    /// <summary>The longest sync interval, in batches.</summary>
    public const int MaxSyncInterval = 1_000_000;

    /// <summary>The most chunks that an auditor draws.</summary>
    public const int MaxAuditChunks = 4096;

    /// <summary>How many chunks an auditor draws if nothing else is said.</summary>
    public const int DefaultAuditChunks = 2;

    /// <summary>
    /// How many chunks of the merge an auditor draws when it samples, 1 to 4,096: a model of no more chunks is audited whole. Default 2.
    /// </summary>
    public int AuditChunks { get; init; } = DefaultAuditChunks;

    /// <summary>
    /// By so many ranks a member stands back that has no connection to one whose update it would have to fetch: one cut link puts two
    /// members back, so that the best of the others comes before them.
    /// </summary>
    internal const int RanksStoodBack = 3;

    /// <summary>The most claim delays that a member waits for its turn.</summary>
    public static int MostClaimDelays(int members) => members - 1 + RanksStoodBack;

    /// <summary>The most parameters of a sync protocol.</summary>
    public const int MaxProtocolParameters = 16;

    /// <summary>The sync protocol's parameters, sorted by name. Default empty: each has its own default.</summary>
    public ImmutableArray<KeyValuePair<string, double>> ProtocolParameters { get; init; } = [];

    /// <summary>Whether members agree on the ledger, round by round. A protocol that this version does not know may.</summary>
    public bool UsesRounds => SyncProtocols.UsesRounds(Protocol);

    /// <summary>How the sync interval follows the loss; null if it stays as it is. Default null.</summary>
    public AdaptiveInterval? Adaptive { get; init; }

    /// <summary>
    /// Whether a merge can be audited by samples. A rule that needs whole states, such as the distances between them, is audited in full,
    /// and so is one that this version does not know.
    /// </summary>
    public bool AllowsSamples => Audit == AuditMode.Sampled && MergeRules.Standard.Find(MergeRule) is { IsCoordinatewise: true };

    /// <summary>
    /// Whether parameters are sorted by name, none stands twice, and each is a number. Older versions of the rules do not look.
    /// </summary>
    public bool HasPlainParameters => IsPlain(MergeParameters) && IsPlain(ProtocolParameters);

    /// <summary>Whether every value lies within its bounds.</summary>
    public bool IsValid =>
        Protocol.Length is > 0 and <= 64 && MergeRule.Length is > 0 and <= 64 && MergeParameters.Length <= 16
        && ProtocolParameters.Length <= MaxProtocolParameters && SyncProtocols.Accepts(Protocol, ProtocolParameters)
        && Rounds is >= 1 and <= 1_000_000 && SyncInterval is >= 1 and <= MaxSyncInterval && MinPeers is >= 2 and <= MaxMembers
        && AuditChunks is >= 1 and <= MaxAuditChunks && Adaptive is null or { IsValid: true }
        && Enum.IsDefined(Audit) && MaxModelBytes is >= 1 and <= 1L << 38 && LeaderTimeout > TimeSpan.Zero
        && LeaderTimeout <= TimeSpan.FromDays(7)
        && AbsentTimeout > LeaderTimeout && AbsentTimeout <= TimeSpan.FromDays(30) && Grace >= TimeSpan.Zero
        && Grace <= TimeSpan.FromDays(1)
        && ClaimDelay >= TimeSpan.Zero && ClaimDelay <= TimeSpan.FromHours(1);

    private static bool IsPlain(ImmutableArray<KeyValuePair<string, double>> parameters) =>
        parameters.All(given => double.IsFinite(given.Value))
        && parameters.Zip(parameters.Skip(1)).All(pair => string.CompareOrdinal(pair.First.Key, pair.Second.Key) < 0);
}
