using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Learning.Data.Profiles;

/// <summary>One kind of thing that keeps rows from being trained on, wherever it is.</summary>
/// <param name="Column">The column, from 0; null if it is not of one column.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
/// <param name="Count">In how many rows.</param>
/// <param name="Lines">The first of its lines, from 1; empty if it is of the file as a whole.</param>
public sealed record DataFault(int? Column, string What, string Remedy, long Count, ImmutableArray<int> Lines)
{
    /// <summary>How many lines are kept.</summary>
    public const int MostLines = 5;

    /// <summary>The whole sentence: <c>lines 3, 7 and 170 more, column 2: is empty; fill it.</c></summary>
    public override string ToString()
    {
        var more = Count - Lines.Length;
        var lines = Lines.IsEmpty ? ""
            : $"line{(Count > 1 ? "s" : "")} {string.Join(", ", Lines)}{(more > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {more:N0} more") : "")}";
        var column = Column is { } index ? string.Create(CultureInfo.InvariantCulture, $"column {index + 1}") : "";
        var place = string.Join(", ", new[] { lines, column }.Where(part => part.Length > 0));
        return $"{place}{(place.Length > 0 ? ": " : "")}{What}; {Remedy}.";
    }
}
