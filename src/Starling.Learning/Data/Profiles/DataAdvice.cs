using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Learning.Data.Profiles;

/// <summary>What is worth a look before rows are trained on, though nothing keeps them from it: each a sentence with the remedy.</summary>
public static class DataAdvice
{
    private const double Imbalance = 10, LargeValue = 10, UnlikeScales = 100, FarDeviations = 20;
    private const int MostNames = 5, ManyLabels = 20, RowsPerNode = 20, UsualClassesPerNode = 2;

    private static readonly ImmutableArray<string> UsualLabels =
        ["label", "labels", "class", "target", "outcome", "diagnosis", "category", "y"];

    /// <summary>All advice.</summary>
    /// <param name="profile">The rows.</param>
    /// <param name="nodes">How many nodes are to share them.</param>
    /// <param name="isGuess">Whether the label's column was guessed.</param>
    public static ImmutableArray<string> Of(DataProfile profile, int nodes, bool isGuess) =>
        [.. OfNames(profile, isGuess), .. OfColumns(profile), .. OfScale(profile), .. OfRows(profile, nodes), .. OfClasses(profile),
            .. OfShares(profile, nodes)];

    /// <summary>What all features should be divided by: 1 if they are small already, or too unlike for one number to help.</summary>
    public static double Divisor(DataProfile profile)
    {
        var numbers = Numbers(profile).ToList();
        var largest = numbers.Select(Magnitude).DefaultIfEmpty(0).Max();
        if (profile.Source != Experiments.DataSource.Csv || largest <= LargeValue || AreUnlike(numbers))
            return 1;
        if (largest is > 100 and <= 255 && numbers.All(column => column.Kind == ColumnKind.Integer))
            return 255;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(largest)) - 1);
        return Math.Ceiling(largest / unit) * unit;
    }

    private static IEnumerable<string> OfNames(DataProfile profile, bool isGuess)
    {
        if (isGuess && profile.Features.FirstOrDefault(column => UsualLabels.Contains(column.Name.ToLowerInvariant())) is { } other)
            yield return $"The last column is taken for the label, but another one is called '{other.Name}': if that is it, say --label {other.Name}.";
        if (!profile.HasHeader)
            yield break;
        if (profile.Columns.Count(column => CsvHead.TryNumber(column.Name, out _)) * 2 >= profile.Columns.Length)
            yield return "The first line is taken for a header, but most of it is numbers: if it is a row, correct it, or put a line of names before it.";
        if (profile.Columns.GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            yield return $"{twice.Count()} columns are called '{Shown(twice.Key)}': only the first can be named.";
    }

    private static IEnumerable<string> OfColumns(DataProfile profile)
    {
        if (Names(profile.Features.Where(column => column.Kind == ColumnKind.Constant)) is { } constant
            && profile.Source == Experiments.DataSource.Csv)
            yield return $"The same in every row: {constant}. Take it out; it says nothing.";
        if (Names(profile.Features.Where(column => column.Kind == ColumnKind.Identifier && column.Numbers > 0)) is { } counting)
            yield return $"Counts the rows: {counting}. Take it out; a model would learn the order of the file from it.";
        if (Names(profile.Features.Where(column => column.GivesLabelAway)) is { } copies)
            yield return $"Goes with the label one to one: {copies}. If it is the label in other words, and not known beforehand, take it out; accuracy would mean nothing.";
        foreach (var column in Numbers(profile).Where(IsFar).Take(MostNames))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"'{Shown(column.Name)}' reaches from {column.Least:G4} to {column.Greatest:G4}, and is {column.Mean:G4} on average, give or take {column.Deviation:G4}: look at its extremes, which may be errors.");
    }

    private static IEnumerable<string> OfScale(DataProfile profile)
    {
        var numbers = Numbers(profile).ToList();
        if (profile.Source != Experiments.DataSource.Csv || numbers.Count == 0)
            yield break;
        if (AreUnlike(numbers))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"'{Shown(numbers.MaxBy(Magnitude)!.Name)}' reaches {numbers.Max(Magnitude):G4}, '{Shown(numbers.Where(c => Magnitude(c) > 0).MinBy(Magnitude)!.Name)}' only {numbers.Select(Magnitude).Where(m => m > 0).Min():G4}: bring columns to one scale, such as (value - mean) / deviation, or what is large drowns what is small.");
        else if (Divisor(profile) is > 1 and var divisor)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Values reach {numbers.Max(Magnitude):G4}: divide them, as 'divideBy: {divisor:R}' below does, or training may diverge.");
    }

    private static IEnumerable<string> OfRows(DataProfile profile, int nodes)
    {
        var least = profile.IsPartial ? "at least " : "";
        if (profile.Repeated > 0)
            yield return $"{least}{profile.Repeated:N0} rows are there before: if that is a mistake, take them out; one that is trained on and tested on makes accuracy look better than it is.";
        if (profile.Contradicting > 0)
            yield return $"{least}{profile.Contradicting:N0} rows have the features of one before and another label: no model can tell them apart.";
        if (profile.Rows > 0 && profile.Rows < (long)RowsPerNode * nodes)
            yield return $"{profile.Rows:N0} rows are {profile.Rows / nodes:N0} for each of {nodes} nodes: use fewer nodes or more rows.";
        if (profile.Rows > 0 && profile.Columns.Length - 1 > profile.Rows)
            yield return $"There are more features than rows: a model can learn the rows by heart; compare it on rows that it has not seen, and take out what says little.";
    }

    private static IEnumerable<string> OfClasses(DataProfile profile)
    {
        var classes = profile.Classes;
        if (classes.Length == 1)
            yield return "There is one class only, so there is nothing to learn: name the label's column with --label.";
        if (classes.Length > ManyLabels && classes.All(c => CsvHead.TryNumber(c.Value, out _))
            && classes.Any(c => c.Value.Contains('.', StringComparison.Ordinal)))
            yield return "The label looks like a quantity, and each of its values is taken for a class: name another column with --label, or put it into a few ranges.";
        if (classes.GroupBy(c => c.Value.Trim(), StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } alike)
            yield return $"{string.Join(" and ", alike.Take(MostNames).Select(c => $"'{Shown(c.Value)}'"))} are different classes: write them alike if they are one.";
        if (profile.Source == Experiments.DataSource.Csv && classes.FirstOrDefault(c => ColumnTally.IsMissing(c.Value)) is { } unknown)
            yield return $"'{Shown(unknown.Value)}' is a class of its own, of {unknown.Rows:N0} rows: take them out if it means that the label is not known.";
    }

    private static IEnumerable<string> OfShares(DataProfile profile, int nodes)
    {
        var classes = profile.Classes;
        if (classes.Length < 2)
            yield break;
        if (classes.Where(c => c.Rows > 0 && c.Rows < nodes).ToList() is { Count: > 0 } rare)
            yield return $"Fewer rows than the {nodes} nodes: {string.Join(", ", rare.Take(MostNames).Select(c => $"{Shown(c.Value)} ({c.Rows})"))}{(rare.Count > MostNames ? ", ..." : "")}. Some nodes will have none of the class, and perhaps none is left to test on: add rows, or join classes.";
        if (classes.Max(c => c.Rows) >= Imbalance * classes.Where(c => c.Rows > 0).Min(c => c.Rows))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Classes are unlike in size: always saying '{Shown(classes.MaxBy(c => c.Rows)!.Value)}' is right for {100.0 * classes.Max(c => c.Rows) / classes.Sum(c => c.Rows):0.0} %. Look at AUC and F1, not only at accuracy.");
        if (classes.Length > UsualClassesPerNode * nodes)
            yield return $"With 'split.by: class' and {UsualClassesPerNode} classes a node, {nodes} nodes leave some of the {classes.Length} classes to nobody: set classesPerNode to {(classes.Length + nodes - 1) / nodes} or more.";
        if (classes.Length > 1 && classes.Any(c => c.Rows == 0))
            yield return $"No row has the label {string.Join(", ", classes.Where(c => c.Rows == 0).Take(MostNames).Select(c => c.Value))}: that is a class all the same.";
    }

    private static IEnumerable<ColumnProfile> Numbers(DataProfile profile) =>
        profile.Features.Where(column => column.Kind is ColumnKind.Integer or ColumnKind.Number);

    private static double Magnitude(ColumnProfile column) => Math.Max(Math.Abs(column.Least ?? 0), Math.Abs(column.Greatest ?? 0));

    private static bool AreUnlike(List<ColumnProfile> numbers) =>
        numbers.Select(Magnitude).Where(m => m > 0).ToList() is { Count: > 1 } sizes && sizes.Max() > LargeValue
            && sizes.Max() > UnlikeScales * sizes.Min();

    private static bool IsFar(ColumnProfile column) =>
        column.Deviation > 0
            && Math.Max(column.Greatest!.Value - column.Mean!.Value, column.Mean.Value - column.Least!.Value)
                > FarDeviations * column.Deviation;

    private static string? Names(IEnumerable<ColumnProfile> columns)
    {
        var all = columns.ToList();
        return all.Count == 0
            ? null
            : $"{string.Join(", ", all.Take(MostNames).Select(column => $"'{Shown(column.Name)}'"))}{(all.Count > MostNames ? $" and {all.Count - MostNames:N0} more" : "")}";
    }

    private static string Shown(string text) => Core.Configuration.Mistake.Shorten(text);
}
