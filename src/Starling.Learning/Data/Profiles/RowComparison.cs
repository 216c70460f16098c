namespace Starling.Learning.Data.Profiles;

/// <summary>
/// Finds rows that are there twice. It remembers the first ones only, so that memory is bounded: 16 bytes a row and what
/// a table needs around them.
/// </summary>
internal sealed class RowComparison
{
    private const int MostRows = 1 << 20;

    private readonly Dictionary<ulong, ulong> labels = [];

    /// <summary>Rows that are the same as one before.</summary>
    public long Repeated { get; private set; }

    /// <summary>Rows with the same features as one before and another label.</summary>
    public long Contradicting { get; private set; }

    /// <summary>Whether there were more rows than are remembered.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>Takes a row in.</summary>
    /// <param name="features">The fingerprint of its features.</param>
    /// <param name="label">That of its label.</param>
    public void Add(ulong features, ulong label)
    {
        if (labels.TryGetValue(features, out var before))
        {
            if (before == label)
                Repeated++;
            else
                Contradicting++;
        }
        else if (labels.Count < MostRows)
            labels.Add(features, label);
        else
            IsPartial = true;
    }
}
