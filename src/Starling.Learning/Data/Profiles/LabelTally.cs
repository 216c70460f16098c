namespace Starling.Learning.Data.Profiles;

/// <summary>Counts labels, up to as many as there may be and one more.</summary>
/// <param name="column">The label's column, from 0.</param>
/// <param name="name">What it is called.</param>
/// <param name="most">How many different labels there may be.</param>
internal sealed class LabelTally(int column, string name, int most)
{
    private readonly Dictionary<string, long> rows = new(StringComparer.Ordinal);
    private FaultLines missing;

    /// <summary>Whether there are more labels than there may be.</summary>
    public bool IsBeyond => rows.Count > most;

    /// <summary>Takes a row's label in.</summary>
    public void Add(string label, int line)
    {
        if (label.Length == 0)
            missing.Add(line);
        else if (rows.TryGetValue(label, out var count))
            rows[label] = count + 1;
        else if (!IsBeyond)
            rows.Add(label, 1);
    }

    /// <summary>The labels, in a model's order.</summary>
    public ValueCount[] Classes() => [.. ClassOrder.Of(rows.Keys).Select(label => new ValueCount(label, rows[label]))];

    /// <summary>What keeps it from being the label.</summary>
    public IEnumerable<DataFault> Faults()
    {
        if (missing.Count > 0)
            yield return missing.As(column, $"'{Core.Configuration.Mistake.Shorten(name)}', the label, is empty",
                "give every row a label, or take the rows out");
        if (IsBeyond)
            yield return new DataFault(column, $"'{Core.Configuration.Mistake.Shorten(name)}' has more than {most:N0} different labels",
                "name the label's column with --label", rows.Values.Sum(), []);
    }

    /// <summary>The column among the others.</summary>
    public ColumnProfile Finish(IReadOnlyCollection<ValueCount> classes) => new(
        column, name, classes.Count == 1 ? ColumnKind.Constant : ColumnKind.Category, missing.Count, classes.Count, IsBeyond, 0, null, null,
        null, null, [], false);
}
