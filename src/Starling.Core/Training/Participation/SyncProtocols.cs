using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Training.Participation.Gossip;
using Starling.Core.Training.Participation.Leader;

namespace Starling.Core.Training.Participation;

/// <summary>The sync protocols by name.</summary>
public static class SyncProtocols
{
    /// <summary>The protocol that is used when none is named.</summary>
    public const string Default = LeaderProtocol.ProtocolName;

    private static readonly ImmutableArray<ISyncProtocol> All = [new GossipProtocol(), new LeaderProtocol()];

    /// <summary>The names, sorted.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Select(p => p.Name).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Whether members of a contract with this protocol agree on the ledger, round by round. A name that nobody knows may.
    /// </summary>
    public static bool UsesRounds(string name) => Find(name)?.UsesRounds ?? true;

    /// <summary>The parameters of a protocol; empty for a name that nobody knows.</summary>
    public static ImmutableArray<ProtocolParameter> ParametersOf(string name) => Find(name)?.Parameters ?? [];

    /// <summary>
    /// What is wrong with parameters for so many members, each in its range and in the protocol's order; null if nothing is.
    /// </summary>
    public static ProtocolFault? Check(string name, ImmutableArray<double> values, int members) => Find(name)?.Check(values, members);

    /// <summary>
    /// What is wrong with parameters, each in its range, for a merge rule that takes at least so many models; null if nothing is.
    /// </summary>
    public static ProtocolFault? CheckMerge(string name, ImmutableArray<KeyValuePair<string, double>> parameters, int members, int least) =>
        Find(name) is { } protocol
            ? protocol.CheckMerge(
                [.. protocol.Parameters.Select(known => parameters.First(given => given.Key == known.Name).Value)], members, least)
            : null;

    /// <summary>
    /// Whether a protocol can be given these parameters: it knows each, none stands twice, and each is in its range. Of a name that nobody
    /// knows nothing is demanded.
    /// </summary>
    public static bool Accepts(string name, ImmutableArray<KeyValuePair<string, double>> parameters) => Find(name) is not { } protocol
        || (parameters.DistinctBy(given => given.Key).Count() == parameters.Length
            && parameters.All(given => protocol.Parameters.Any(known => known.Name == given.Key && known.Allows(given.Value))));

    /// <summary>
    /// The update that a message of a contract's protocol says its sender holds and serves; none if it says no such thing.
    /// </summary>
    public static BlobId Announced(string name, ImmutableArray<byte> payload) => Find(name)?.Announced(payload) ?? BlobId.None;

    /// <summary>The protocol of that name, or null.</summary>
    internal static ISyncProtocol? Find(string name) => All.FirstOrDefault(p => p.Name == name);

    /// <summary>The protocol of a contract that this node takes part in; null before it is known, and once it is set aside.</summary>
    internal static ISyncProtocol? Of(Participant participant) => participant.SetAside is null ? Known(participant) : null;

    /// <summary>The protocol of a contract, or null while the contract is unknown or the protocol is.</summary>
    internal static ISyncProtocol? Known(Participant participant) =>
        participant.Fold.Settings is { } settings ? Find(settings.Protocol) : null;
}
