using System.Collections.Immutable;

namespace Starling.Core.Merging;

/// <summary>
/// The weighted median of each coordinate (Yin et al., 2018): the least value whose cumulative weight exceeds half the total; where one
/// reaches exactly half, the midpoint of it and the next. Values are ordered as numbers, with -0 below +0. A midpoint is half the float32
/// sum, or the sum of the halves where that overflows.
/// </summary>
public sealed class CoordinateMedianRule : IMergeRule
{
    /// <inheritdoc/>
    public string Name => "coordmedian";

    /// <inheritdoc/>
    public string Summary => "the weighted median of each coordinate";

    /// <inheritdoc/>
    public ImmutableArray<MergeParameter> Parameters => [];

    /// <inheritdoc/>
    public bool IsCoordinatewise => true;

    /// <inheritdoc/>
    public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault)
    {
        fault = null;
        return new ColumnMerge(inputs, new MedianKernel([.. inputs.Models.Select(model => (int)model.Weight)]));
    }
}
