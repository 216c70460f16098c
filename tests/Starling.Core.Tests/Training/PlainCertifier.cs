using System.Collections.Immutable;
using System.Text;
using Starling.Core.Identity;

namespace Starling.Core.Tests.Training;

/// <summary>
/// A certifier whose certificates are the node's name, and its roles if it has not all; the anchor must be the word "anchor".
/// </summary>
internal sealed class PlainCertifier : ICertifier
{
    public static ImmutableArray<ImmutableArray<byte>> Anchors { get; } = [[.. "anchor"u8]];

    public static PublicKey KeyOf(NodeId node) => new(Encoding.UTF8.GetBytes("key of " + node));

    public static ImmutableArray<ImmutableArray<byte>> ChainOf(NodeId node) => [[.. Encoding.UTF8.GetBytes(node.Value)]];

    public static ImmutableArray<ImmutableArray<byte>> ChainOf(NodeId node, Roles roles) => [.. ChainOf(node), [(byte)roles]];

    public CertifiedIdentity? Certify(ImmutableArray<ImmutableArray<byte>> anchors, ImmutableArray<ImmutableArray<byte>> chain) =>
        anchors.Length == 1 && anchors[0].AsSpan().SequenceEqual("anchor"u8) && chain.Length is 1 or 2
        && NodeId.TryParse(Encoding.UTF8.GetString(chain[0].AsSpan()), out var node)
            ? new CertifiedIdentity(node, KeyOf(node),
                chain.Length == 2 ? (Roles)chain[1][0] : Roles.Learner | Roles.Operator | Roles.Admin)
            : null;
}
