namespace Starling.Core.Merging;

/// <summary>Turns columns of sortable keys, one row a state, into one number each.</summary>
internal interface IColumnKernel
{
    /// <summary>How much room for weights it needs, which are sorted along with the keys if they differ.</summary>
    int CarriedElements { get; }

    /// <summary>Computes the columns' results.</summary>
    /// <param name="keys">The rows (<see cref="ColumnSorter.ToKeys"/>), each beginning a stride after the one before. Destroyed.</param>
    /// <param name="stride">Elements from a row's beginning to the next one's, at least as many as there are columns.</param>
    /// <param name="carried">Room for <see cref="CarriedElements"/>.</param>
    /// <param name="results">Receives one for each column.</param>
    void Select(Span<int> keys, int stride, Span<int> carried, Span<float> results);
}
