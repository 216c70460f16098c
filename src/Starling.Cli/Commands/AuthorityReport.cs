namespace Starling.Cli.Commands;

/// <summary>
/// What <c>ca init</c>, <c>bundle</c>, <c>rotate</c> and <c>revoke</c> print with <c>--json</c> of an authority, or of several.
/// </summary>
/// <param name="File">What everybody shall be given: certificates of authorities, or the list of revoked ones.</param>
/// <param name="TrustDomains">For which trust domains it speaks.</param>
/// <param name="Old">The certificate of the key before, where there is a new one.</param>
/// <param name="Revoked">How many certificates the list names.</param>
internal sealed record AuthorityReport(string File, IReadOnlyList<string> TrustDomains, string? Old = null, int? Revoked = null);
