using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Node.Identity;

/// <summary>
/// Who the holder of a certificate is that others made, and which says too little: node and roles, as the owner of this
/// node says. Never by default.
/// </summary>
/// <param name="Roles">What the holder is there for; at least one role.</param>
public abstract record MappedIdentity(Roles Roles);

/// <summary>Maps a SPIFFE ID, of whatever path, that an anchor of its trust domain vouches for.</summary>
/// <param name="Spiffe">The SPIFFE ID, or the beginning of several, which ends in <c>/*</c>.</param>
/// <param name="Node">Who it is; null where the SPIFFE ID itself names a node.</param>
/// <param name="Roles">What it is there for.</param>
public sealed record MappedSpiffe(string Spiffe, NodeId? Node, Roles Roles) : MappedIdentity(Roles)
{
    /// <summary>Whether a SPIFFE ID is meant.</summary>
    public bool Matches(string spiffe) => Spiffe.EndsWith("/*", StringComparison.Ordinal)
        ? spiffe.StartsWith(Spiffe[..^1], StringComparison.Ordinal) && spiffe.Length >= Spiffe.Length
        : spiffe == Spiffe;

    /// <summary>Whether a text can stand for SPIFFE IDs: a trust domain and a path, with <c>*</c> at most as its last part.</summary>
    public static bool IsPattern(string text)
    {
        const string scheme = "spiffe://";
        var path = text.EndsWith("/*", StringComparison.Ordinal) ? text[..^2] : text;
        return path.Length is > 9 and <= 2048 && path.StartsWith(scheme, StringComparison.Ordinal)
            && !path.Contains('*', StringComparison.Ordinal)
            && (path.Length < text.Length || path.IndexOf('/', scheme.Length) > 0)
            && path[scheme.Length..].Split('/').All(part => part is not ("" or "." or ".."));
    }
}

/// <summary>
/// Maps a host name in a certificate of one authority, which is trusted for the names that are mapped and for nothing else.
/// </summary>
/// <param name="HostName">The host name; no part of it may be open.</param>
/// <param name="Authority">The authority's own certificate, DER.</param>
/// <param name="Node">Who it is.</param>
/// <param name="Roles">What it is there for.</param>
public sealed record MappedHost(string HostName, ImmutableArray<byte> Authority, NodeId Node, Roles Roles) : MappedIdentity(Roles);
