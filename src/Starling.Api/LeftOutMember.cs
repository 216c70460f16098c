namespace Starling.Api;

/// <summary>A member whose update is not in a merge.</summary>
/// <param name="Member">The member.</param>
/// <param name="Reason">Why: <c>unavailable</c>, <c>unreadable</c>, <c>wrong-schema</c>, <c>not-finite</c> or <c>too-large</c>.</param>
public sealed record LeftOutMember(string Member, string Reason);
