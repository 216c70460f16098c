namespace Starling.Cli.Reports.History;

/// <summary>A kind of refusal.</summary>
/// <param name="Refusal">Why, as <c>TermTaken</c>.</param>
/// <param name="Entry">The kind of entry, as <c>Claim</c>.</param>
internal readonly record struct RefusedKind(string Refusal, string Entry);
