namespace Starling.Cli.LedgerMembers;

/// <summary>What <c>starling ledger add-member --json</c> and <c>remove-member --json</c> print.</summary>
/// <param name="Member">The member that was added or removed.</param>
/// <param name="Members">How many there are from now on.</param>
/// <param name="Majority">How many of them must be up.</param>
/// <param name="Join">What the new member's <c>ledger start</c> is given as <c>--join</c>; absent of a removal.</param>
internal sealed record MemberChange(string Member, int Members, int Majority, string? Join = null);
