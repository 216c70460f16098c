namespace Starling.Learning.Data;

/// <summary>How a CSV file is to be read.</summary>
/// <param name="Label">The label's column: its name in the header, its index from 0, or <c>last</c>.</param>
/// <param name="DivideBy">What every feature is divided by; above 0.</param>
public sealed record CsvFormat(string Label = "last", double DivideBy = 1);
