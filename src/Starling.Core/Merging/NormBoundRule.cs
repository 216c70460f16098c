using System.Collections.Immutable;
using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>
/// Bounds what a state may change, then merges by another rule (Sun et al., "Can you really backdoor federated learning?", 2019): a state x
/// whose Euclidean distance d from the reference r exceeds the bound b becomes r + (b / d) (x - r), each coordinate in float64 and rounded
/// to float32; any other stays as it is. The reference is the merge's (<see cref="MergeInputs.Reference"/>), or else the inputs'
/// <see cref="CoordinateMedianRule"/>, which is then held in memory whole, 4 bytes a parameter. A bound of 0 stands for the weighted median
/// of the distances (the midpoint where a distance reaches exactly half the weight), so that attackers with less than half of the weight
/// cannot widen it. What the other rule tolerates it tolerates still, and no single state moves the result of a mean by more than its
/// weight's part of the bound.
/// </summary>
/// <param name="inner">The other rule.</param>
public sealed class NormBoundRule(IMergeRule inner) : IMergeRule
{
    private const string Bound = "bound";

    /// <inheritdoc/>
    public string Name { get; } = $"normbound({inner.Name})";

    /// <inheritdoc/>
    public string Summary { get; } = $"{inner.Summary}, after models that changed too much are pulled back";

    /// <inheritdoc/>
    public ImmutableArray<MergeParameter> Parameters { get; } =
    [
        .. inner.Parameters
            .Append(new(Bound, 0, 0, 1e30, false,
                "how far from the reference a model may be, as a Euclidean norm; 0 for the weighted median of the models' distances"))
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal),
    ];

    /// <inheritdoc/>
    public bool IsCoordinatewise => false;

    /// <inheritdoc/>
    public int LeastCount(MergeParameters parameters) => inner.LeastCount(parameters);

    /// <inheritdoc/>
    public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault)
    {
        fault = null;
        var reference = inputs.Reference ?? MedianOf(inputs, scheduler, out fault);
        if (reference is null || ReferenceDistances.Compute(inputs, reference, scheduler, out fault) is not { } squares)
            return null;
        var distances = Array.ConvertAll(squares, Math.Sqrt);
        var bound = parameters[Bound] > 0 ? parameters[Bound] : Median(distances, inputs);
        var clipped = inputs.Models.Select((model, i) => distances[i] > bound
            ? model with { Source = new ClippedModel(model.Source, reference, bound / distances[i]) }
            : model);
        return inner.Prepare(MergeInputs.InOrder(clipped, inputs.Reference), parameters, scheduler, out fault);
    }

    private static ModelState? MedianOf(MergeInputs inputs, IBlockScheduler scheduler, out MergeFault? fault)
    {
        var rule = new CoordinateMedianRule();
        var median = new ModelState(inputs.Schema);
        var prepared = rule.Prepare(inputs, MergeParameters.DefaultsOf(rule), scheduler, out fault)!;
        fault = Merger.MergeFloats(prepared, inputs.Schema.FloatCount, median, scheduler);
        return fault is null ? median : null;
    }

    private static double Median(double[] distances, MergeInputs inputs)
    {
        var order = Enumerable.Range(0, distances.Length).OrderBy(i => distances[i]).ToArray();
        var before = 0L;
        for (var i = 0; ; i++)
        {
            before += inputs.Models[order[i]].Weight;
            if (2 * before > inputs.TotalWeight)
                return distances[order[i]];
            if (2 * before == inputs.TotalWeight)
                return (distances[order[i]] + distances[order[i + 1]]) / 2;
        }
    }
}
