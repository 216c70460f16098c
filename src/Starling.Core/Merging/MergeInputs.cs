using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>The states of a merge, in the order that the result is defined by.</summary>
public sealed class MergeInputs
{
    /// <summary>The most states in a merge.</summary>
    public const int MaxCount = 2_048;

    private MergeInputs(ImmutableArray<WeightedModel> models, IModelSource? reference, int? own)
    {
        if (models.Length is 0 or > MaxCount)
            throw new ArgumentException($"A merge takes 1 to {MaxCount} states, not {models.Length}.", nameof(models));
        foreach (var model in models)
            if (model.Weight is < WeightedModel.MinWeight or > WeightedModel.MaxWeight)
                throw new ArgumentException(
                    $"A weight is from {WeightedModel.MinWeight} to {WeightedModel.MaxWeight}, not {model.Weight}.", nameof(models));
        Models = models;
        Reference = reference;
        Own = own;
        TotalWeight = models.Sum(model => model.Weight);
    }

    /// <summary>The states in order.</summary>
    public ImmutableArray<WeightedModel> Models { get; }

    /// <summary>
    /// The state that the others began from, such as the last committed merge, for rules that look at differences; null if there is none.
    /// </summary>
    public IModelSource? Reference { get; }

    /// <summary>
    /// The place of the merging node's own state, where it merges for itself alone; null where all members must come to one result.
    /// </summary>
    public int? Own { get; }

    /// <summary>How many there are.</summary>
    public int Count => Models.Length;

    /// <summary>The sum of the weights, below 2^31.</summary>
    public long TotalWeight { get; }

    /// <summary>The first state's schema, which the others are held against.</summary>
    public ModelSchema Schema => Models[0].Source.Schema;

    /// <summary>Sorts the states by their authors, so that the order in which they arrived does not matter.</summary>
    /// <param name="models">The states.</param>
    /// <param name="reference">What they began from, if that is known.</param>
    /// <param name="own">Whose state is the <see cref="Own"/> one; none for nobody's.</param>
    /// <exception cref="ArgumentException">No state or too many, a weight out of range, or an author who occurs twice.</exception>
    public static MergeInputs ByAuthor(
        IEnumerable<(NodeId Author, WeightedModel Model)> models, IModelSource? reference = null, NodeId own = default)
    {
        var sorted = models.OrderBy(m => m.Author).ToArray();
        for (var i = 1; i < sorted.Length; i++)
            if (sorted[i].Author == sorted[i - 1].Author)
                throw new ArgumentException($"{sorted[i].Author} has two states in the merge.", nameof(models));
        var place = Array.FindIndex(sorted, m => m.Author == own);
        return new MergeInputs([.. sorted.Select(m => m.Model)], reference, place < 0 ? null : place);
    }

    /// <summary>Takes the states in the order given, which the caller vouches for.</summary>
    /// <exception cref="ArgumentException">No state or too many, or a weight out of range.</exception>
    public static MergeInputs InOrder(IEnumerable<WeightedModel> models, IModelSource? reference = null, int? own = null) =>
        new([.. models], reference, own);

    /// <summary>A piece of one state's floats, which the caller proves finite by what it makes of them.</summary>
    /// <param name="input">The state's place in <see cref="Models"/>.</param>
    /// <param name="offset">The piece's first element in the flat buffer.</param>
    /// <param name="scratch">As long as the piece; may hold it afterwards.</param>
    internal ReadOnlySpan<float> UncheckedView(int input, long offset, Span<float> scratch) => Models[input].Source.View(offset, scratch);

    /// <summary>A piece of one state's floats, proved finite.</summary>
    /// <param name="input">The state's place in <see cref="Models"/>.</param>
    /// <param name="offset">The piece's first element in the flat buffer.</param>
    /// <param name="scratch">As long as the piece; may hold it afterwards.</param>
    /// <param name="fault">Set if an element is a NaN or an infinity.</param>
    public ReadOnlySpan<float> View(int input, long offset, Span<float> scratch, ref MergeFault? fault)
    {
        var view = Models[input].Source.View(offset, scratch);
        var found = FiniteCheck.IndexOfNotFinite(view);
        if (found >= 0)
            fault ??= new MergeFault(MergeFaultKind.InputNotFinite, input, offset + found);
        return view;
    }
}
