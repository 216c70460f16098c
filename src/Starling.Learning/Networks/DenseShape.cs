using System.Collections.Immutable;
using Starling.Core.Models;

namespace Starling.Learning.Networks;

/// <summary>
/// Fully connected layers: tensor <c>layerNN.weight</c> is inputs x outputs, row-major, <c>layerNN.bias</c> one float an
/// output. Layers count from 1.
/// </summary>
/// <param name="sizes">Features, hidden units of each layer, classes.</param>
internal sealed class DenseShape(ImmutableArray<int> sizes) : NetworkShape
{
    /// <inheritdoc/>
    public override int Columns => sizes[0];

    /// <inheritdoc/>
    public override int Classes => sizes[^1];

    /// <inheritdoc/>
    public override long RowFloats => sizes[1..].Max();

    /// <inheritdoc/>
    public override IEnumerable<TensorSpec> Tensors => Layers(sizes, 1);

    /// <summary>The tensors of layers that count from <paramref name="first"/>.</summary>
    public static IEnumerable<TensorSpec> Layers(ImmutableArray<int> sizes, int first) =>
        Enumerable.Range(0, sizes.Length - 1).SelectMany(layer => new[]
    {
        new TensorSpec(BiasName(first + layer), sizes[layer + 1]),
        new TensorSpec(WeightName(first + layer), sizes[layer], sizes[layer + 1]),
    });

    /// <summary>The name of a layer's biases.</summary>
    public static string BiasName(int layer) => $"layer{layer:00}.bias";

    /// <summary>The name of a layer's weights.</summary>
    public static string WeightName(int layer) => $"layer{layer:00}.weight";

    /// <summary>Reads the sizes from the weights' shapes; null if there are none.</summary>
    public static new DenseShape? Guess(ModelSchema schema) =>
        Outputs(schema, 1) is { Length: > 0 } outputs && Dimensions(schema, WeightName(1), 2) is { } first
        ? new DenseShape([first[0], .. outputs])
        : null;

    /// <summary>The outputs of the layers from one on whose weights are matrices.</summary>
    public static ImmutableArray<int> Outputs(ModelSchema schema, int layer)
    {
        var outputs = ImmutableArray.CreateBuilder<int>();
        for (; Dimensions(schema, WeightName(layer), 2) is { } shape; layer++)
            outputs.Add(shape[1]);
        return outputs.ToImmutable();
    }

    /// <inheritdoc/>
    public override INetwork Create(int batch) => new DenseNetwork(sizes, batch);
}
