using System.Collections.Immutable;

namespace Starling.Learning.Data.Profiles;

/// <summary>What a file of rows holds, and what keeps it from being trained on.</summary>
/// <param name="Path">The file or folder, as it was named.</param>
/// <param name="Source">How an experiment reads it.</param>
/// <param name="HasHeader">Whether the first line names the columns.</param>
/// <param name="Rows">How many rows there are, whole or not.</param>
/// <param name="Label">The label's column, from 0; null if it is unknown, or a file of its own.</param>
/// <param name="Columns">Every column, the label's too.</param>
/// <param name="Classes">Every label with its rows, in the order in which a model gives them.</param>
/// <param name="Repeated">Rows that are the same as one before, label and all.</param>
/// <param name="Contradicting">Rows with the same features as one before and another label.</param>
/// <param name="IsPartial">Whether there are more rows than others were compared with, so that there may be more of these two.</param>
/// <param name="Faults">What keeps it from being trained on; empty if nothing does.</param>
public sealed record DataProfile(
    string Path, Experiments.DataSource Source, bool HasHeader, long Rows, int? Label, ImmutableArray<ColumnProfile> Columns,
    ImmutableArray<ValueCount> Classes,
    long Repeated, long Contradicting, bool IsPartial, ImmutableArray<DataFault> Faults)
{
    /// <summary>The columns but for the label's.</summary>
    public IEnumerable<ColumnProfile> Features => Columns.Where(column => column.Index != Label);
}
