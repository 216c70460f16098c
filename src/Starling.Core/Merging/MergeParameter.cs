namespace Starling.Core.Merging;

/// <summary>A number that a merge rule can be given.</summary>
/// <param name="Name">Its name: lower-case letters.</param>
/// <param name="Default">Its value when none is given.</param>
/// <param name="Least">The least value.</param>
/// <param name="Most">The greatest value.</param>
/// <param name="IsWhole">Whether it has to be a whole number.</param>
/// <param name="Meaning">What it is, with its unit, for people.</param>
public sealed record MergeParameter(string Name, double Default, double Least, double Most, bool IsWhole, string Meaning);
