using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>One state that enters a merge.</summary>
/// <param name="Source">The state.</param>
/// <param name="Weight">How much it counts, from <see cref="MinWeight"/> to <see cref="MaxWeight"/>: often the number of
/// training samples.</param>
public sealed record WeightedModel(IModelSource Source, long Weight)
{
    /// <summary>The least weight.</summary>
    public const long MinWeight = 1;

    /// <summary>The greatest weight. It is exact in float32, and <see cref="MergeInputs.MaxCount"/> of them fit 31 bits.</summary>
    public const long MaxWeight = 1_000_000;
}
