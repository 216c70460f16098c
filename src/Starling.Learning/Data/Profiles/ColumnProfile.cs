using System.Collections.Immutable;

namespace Starling.Learning.Data.Profiles;

/// <summary>What a column of a table holds.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Name">As the header has it, or <c>column N</c>, from 1.</param>
/// <param name="Kind">What is in most of its rows.</param>
/// <param name="Missing">Rows without a value.</param>
/// <param name="Distinct">How many different values it has.</param>
/// <param name="IsCapped">Whether there are more than <paramref name="Distinct"/>, which are all that were told apart.</param>
/// <param name="Numbers">Rows with a finite number.</param>
/// <param name="Least">The least number; null without any.</param>
/// <param name="Greatest">The greatest number.</param>
/// <param name="Mean">The mean of the numbers.</param>
/// <param name="Deviation">Their standard deviation.</param>
/// <param name="Values">For a category its texts, the most frequent first; else empty.</param>
/// <param name="GivesLabelAway">Whether each of its values goes with one label and each label with one value, so that it is the
/// label in other words.</param>
public sealed record ColumnProfile(
    int Index, string Name, ColumnKind Kind, long Missing, int Distinct, bool IsCapped, long Numbers,
    double? Least, double? Greatest, double? Mean, double? Deviation, ImmutableArray<ValueCount> Values, bool GivesLabelAway);
