using System.Collections.Immutable;

namespace Starling.Learning.Data.Profiles;

/// <summary>Counts lines with a fault, and keeps the first of them.</summary>
internal struct FaultLines
{
    private List<int>? lines;

    /// <summary>How many there are.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a line.</summary>
    public void Add(int line)
    {
        if (Count++ < DataFault.MostLines)
            (lines ??= new(DataFault.MostLines)).Add(line);
    }

    /// <summary>What they are told as.</summary>
    public readonly DataFault As(int? column, string what, string remedy) =>
        new(column, what, remedy, Count, lines?.ToImmutableArray() ?? []);
}
