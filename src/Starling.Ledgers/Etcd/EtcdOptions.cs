using System.Collections.Immutable;

namespace Starling.Ledgers.Etcd;

/// <summary>How a ledger in etcd is reached.</summary>
public sealed record EtcdOptions
{
    /// <summary>The most members that are named. etcd itself advises 7 at most.</summary>
    public const int MaxEndpoints = 16;

    /// <summary>What keys begin with unless told otherwise.</summary>
    public const string DefaultPrefix = "starling/";

    /// <summary>The longest <see cref="Prefix"/>, in characters.</summary>
    public const int MaxPrefix = 128;

    /// <summary>The members, the one to ask first in front: 1 to <see cref="MaxEndpoints"/>.</summary>
    public required ImmutableArray<EtcdEndpoint> Endpoints { get; init; }

    /// <summary>What is shown to members, and which of them are believed; needed if an endpoint is reached over TLS.</summary>
    public EtcdIdentityFiles? Identity { get; init; }

    /// <summary>What all keys begin with, in ASCII. Ledgers with different ones can share a cluster. Default <c>starling/</c>.</summary>
    public string Prefix { get; init; } = DefaultPrefix;

    /// <summary>
    /// How long a connection to a member may take; a part of <see cref="TryTimeout"/>, so that a request that was
    /// never sent is known for one.
    /// </summary>
    public TimeSpan ConnectTimeout => 2 * TryTimeout / 3;

    /// <summary>How long one member may take to answer, and to go on with its answer, 100 ms to 1 minute. Default 3 s.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long an answer that keeps coming may take in all; what is larger is asked for in smaller pieces.</summary>
    public TimeSpan AnswerTimeout => 20 * TryTimeout;

    /// <summary>
    /// How long all members are tried before it is said that they do not answer, 100 ms to 10 minutes. Default 8 s: an
    /// election takes one or two.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Makes sure that the options can be used.</summary>
    /// <exception cref="ArgumentException">They cannot; the message says all that is wrong.</exception>
    public void Check()
    {
        var problems = string.Join(' ', Problems());
        if (problems.Length > 0)
            throw new ArgumentException(problems);
    }

    /// <summary>What is wrong with these options, a sentence each; empty if nothing is.</summary>
    public IEnumerable<string> Problems()
    {
        if (Endpoints.IsDefaultOrEmpty || Endpoints.Length > MaxEndpoints)
            yield return $"1 to {MaxEndpoints} members of etcd must be named.";
        else if (Identity is null && Endpoints.Any(endpoint => endpoint.IsSecured))
            yield return "Members of etcd that are reached over TLS need a certificate, its key and anchors.";
        if (Prefix.Length is 0 or > MaxPrefix || Prefix.Any(c => c is <= ' ' or > '~'))
            yield return $"The prefix must have 1 to {MaxPrefix} printable ASCII characters without a space.";
        if (TryTimeout < TimeSpan.FromMilliseconds(100) || TryTimeout > TimeSpan.FromMinutes(1))
            yield return "A member may take 100 ms to 1 minute to answer.";
        if (Patience < TimeSpan.FromMilliseconds(100) || Patience > TimeSpan.FromMinutes(10))
            yield return "Members are tried for 100 ms to 10 minutes.";
    }
}
