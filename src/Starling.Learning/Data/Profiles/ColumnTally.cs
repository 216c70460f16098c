using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Learning.Data.Profiles;

/// <summary>Looks at a column, one value after the other, and keeps a bounded number of them.</summary>
/// <param name="index">The column, from 0.</param>
/// <param name="name">What it is called.</param>
/// <param name="width">How many columns share the memory.</param>
internal sealed class ColumnTally(int index, string name, int width)
{
    private const int LongestValue = 64, FewRows = 20, SharedDistinct = 1 << 20, SharedValues = 1 << 16;

    private static readonly ImmutableHashSet<string> NoValue =
        ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "", "na", "n/a", "#n/a", "nan", "null", "?", "-", "--");

    private readonly int mostDistinct = Math.Clamp(SharedDistinct / width, 16, 1000), mostValues = Math.Clamp(SharedValues / width, 8, 64);
    private readonly Dictionary<ulong, ulong> labels = [];
    private readonly Dictionary<string, long> values = new(StringComparer.Ordinal);
    private Moments numbers;
    private FaultLines missing, texts, outOfRange;
    private string text = "", huge = "";
    private bool isWhole = true, isCounting = true, isCapped, hasOthers, repeats, differs;
    private double previous;

    /// <summary>Whether people write it for a value that they do not have.</summary>
    public static bool IsMissing(string value) => NoValue.Contains(value);

    /// <summary>Takes a feature's value in.</summary>
    /// <param name="value">The text.</param>
    /// <param name="label">The fingerprint of the row's label.</param>
    /// <param name="line">The line that it is in.</param>
    public void Add(string value, ulong label, int line)
    {
        if (IsMissing(value))
        {
            missing.Add(line);
            return;
        }

        Distinguish(value, label);
        if (!CsvHead.TryNumber(value, out var number))
            AddText(value, line);
        else if (float.IsFinite(number))
            AddNumber(double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture));
        else
        {
            huge = outOfRange.Count == 0 ? value : huge;
            outOfRange.Add(line);
        }
    }

    /// <summary>What keeps the column from being a feature.</summary>
    public IEnumerable<DataFault> Faults()
    {
        if (missing.Count > 0)
            yield return missing.As(index, $"'{Shown(name)}' has no value", numbers.Count == 0
                ? "fill it, or take the rows or the column out"
                : string.Create(CultureInfo.InvariantCulture,
                    $"fill it, with the column's mean of {numbers.Mean:G4} say, or take the rows out"));
        if (texts.Count > 0)
            yield return texts.As(index, $"'{Shown(name)}' is no number, such as '{Shown(text)}'", Kind() switch
            {
                ColumnKind.Category => $"turn it into {values.Count} columns of 0 and 1, one for each of its texts",
                ColumnKind.Identifier => "take the column out: it names rows, and says nothing of them",
                ColumnKind.Constant => "take the column out: all rows have the same",
                ColumnKind.Text => "turn it into numbers, or take the column out",
                _ => "correct the values, or take the rows out",
            });
        if (outOfRange.Count > 0)
            yield return outOfRange.As(index, $"'{Shown(name)}' is '{Shown(huge)}', not a finite number of 32 bits",
                "correct it, or divide the column");
    }

    /// <summary>What the column holds.</summary>
    /// <param name="classes">How many labels there are.</param>
    public ColumnProfile Finish(int classes) => new(
        index, name, Kind(), missing.Count, labels.Count, isCapped, numbers.Count, numbers.Least, numbers.Greatest, numbers.Mean,
        numbers.Deviation,
        Kind() != ColumnKind.Category
            ? []
            : [.. values.OrderByDescending(v => v.Value).ThenBy(v => v.Key, StringComparer.Ordinal)
                .Select(v => new ValueCount(v.Key, v.Value))],
        !differs && !isCapped && classes > 1 && labels.Count == classes && repeats && labels.Values.Distinct().Count() == classes);

    private static string Shown(string value) => Core.Configuration.Mistake.Shorten(value);

    private ColumnKind Kind()
    {
        var all = numbers.Count + texts.Count + outOfRange.Count;
        if (all == 0)
            return ColumnKind.Empty;
        if (labels.Count == 1 && missing.Count == 0)
            return ColumnKind.Constant;
        var isAllDifferent = !repeats && all >= FewRows;
        if (numbers.Count * 2 > all)
            return !isWhole
                ? ColumnKind.Number
                : isAllDifferent && isCounting && missing.Count + texts.Count == 0 ? ColumnKind.Identifier : ColumnKind.Integer;
        return isAllDifferent ? ColumnKind.Identifier : repeats && !hasOthers ? ColumnKind.Category : ColumnKind.Text;
    }

    private void Distinguish(string value, ulong label)
    {
        var fingerprint = Fingerprint.Of(value);
        if (labels.TryGetValue(fingerprint, out var before))
            (repeats, differs) = (true, differs || before != label);
        else if (labels.Count < mostDistinct)
            labels.Add(fingerprint, label);
        else
            isCapped = true;
    }

    private void AddNumber(double value)
    {
        isWhole &= value == Math.Floor(value);
        isCounting &= numbers.Count == 0 || value == previous + 1;
        previous = value;
        numbers.Add(value);
    }

    private void AddText(string value, int line)
    {
        text = texts.Count == 0 ? value : text;
        texts.Add(line);
        if (value.Length <= LongestValue && (values.Count < mostValues || values.ContainsKey(value)))
            values[value] = values.GetValueOrDefault(value) + 1;
        else
            hasOthers = true;
    }
}
