namespace Starling.Cli.LedgerMembers;

/// <summary>What <c>starling ledger members --json</c> prints of each member.</summary>
/// <param name="Name">Its name; absent if it was never started.</param>
/// <param name="Id">Its id in the cluster, in hexadecimal.</param>
/// <param name="Peers">Where other members reach it.</param>
/// <param name="Clients">Where clients reach it.</param>
internal sealed record MemberListing(string? Name, string Id, IReadOnlyList<string> Peers, IReadOnlyList<string> Clients);
