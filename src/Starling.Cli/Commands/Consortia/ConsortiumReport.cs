using System.Collections.Immutable;

namespace Starling.Cli.Commands.Consortia;

/// <summary>What <c>consortium prepare</c>, <c>found</c> and <c>join</c> print with <c>--json</c>.</summary>
/// <param name="File">The file for the others: a card, or the consortium's; absent of <c>join</c>.</param>
/// <param name="Runner">The task runner; absent of <c>prepare</c>.</param>
/// <param name="Organisations">Who takes part, and by which authority it is known.</param>
/// <param name="Nodes">All nodes' SPIFFE IDs.</param>
/// <param name="NodeFiles">The <c>node.yaml</c> of each of this organisation's nodes; the first one's also tells of its member of etcd.
/// Absent of <c>prepare</c>.</param>
internal sealed record ConsortiumReport(
    string? File, string? Runner, ImmutableArray<ConsortiumReport.Organisation> Organisations, ImmutableArray<string> Nodes,
    ImmutableArray<string>? NodeFiles)
{
    /// <summary>An organisation as people compare it.</summary>
    /// <param name="TrustDomain">Its name.</param>
    /// <param name="Fingerprint">That of its authority.</param>
    internal sealed record Organisation(string TrustDomain, string Fingerprint);
}
