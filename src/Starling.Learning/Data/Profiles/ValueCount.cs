namespace Starling.Learning.Data.Profiles;

/// <summary>A text and how many rows have it.</summary>
/// <param name="Value">The text.</param>
/// <param name="Rows">The rows.</param>
public sealed record ValueCount(string Value, long Rows);
