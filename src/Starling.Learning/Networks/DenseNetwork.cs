using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Learning.Networks;

/// <summary>
/// Fully connected layers with rectified linear units between them and softmax with cross-entropy at the end. Without hidden layers it is
/// softmax regression. The weights lie layer by layer in a flat buffer: the biases, then inputs x outputs, row-major.
/// </summary>
internal sealed class DenseNetwork : INetwork
{
    private readonly ImmutableArray<int> sizes;
    private readonly int[] weightAt;
    private readonly int[] biasAt;
    private readonly float[][] activations;
    private readonly float[][] deltas;
    private readonly float[] transposed;

    /// <summary>Lays out a network.</summary>
    /// <param name="sizes">Features, hidden units of each layer, classes.</param>
    /// <param name="batch">The most rows handled at once.</param>
    /// <param name="passesBack">Whether
    /// <see cref="Backward(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{int}, Span{float}, Span{float})"/> is to give the
    /// features' deltas.</param>
    public DenseNetwork(ImmutableArray<int> sizes, int batch, bool passesBack = false)
    {
        this.sizes = sizes;
        var layers = sizes.Length - 1;
        (weightAt, biasAt) = (new int[layers], new int[layers]);
        (activations, deltas) = (new float[layers][], new float[layers][]);
        for (var layer = 0; layer < layers; layer++)
        {
            biasAt[layer] = ParameterCount;
            weightAt[layer] = checked(ParameterCount + sizes[layer + 1]);
            ParameterCount = checked(weightAt[layer] + (sizes[layer] * sizes[layer + 1]));
            activations[layer] = new float[checked(batch * sizes[layer + 1])];
            deltas[layer] = new float[checked(batch * sizes[layer + 1])];
        }

        var lowest = passesBack ? 0 : 1;
        transposed = new float[Enumerable.Range(lowest, layers - lowest).Select(i => sizes[i] * sizes[i + 1]).DefaultIfEmpty().Max()];
    }

    /// <inheritdoc/>
    public int ParameterCount { get; }

    /// <inheritdoc/>
    public int Classes => sizes[^1];

    /// <inheritdoc/>
    public ReadOnlySpan<float> Probabilities => activations[^1];

    /// <summary>
    /// Draws weights: normal with variance 2 / inputs before a rectifier (He et al., 2015), 1 / inputs before softmax; biases 0.
    /// </summary>
    public void Initialise(Span<float> weights, SeededRandom random)
    {
        weights.Clear();
        for (var layer = 0; layer < weightAt.Length; layer++)
        {
            var scale = Math.Sqrt((layer + 1 < weightAt.Length ? 2.0 : 1.0) / sizes[layer]);
            foreach (ref var weight in Weights(weights, layer))
                weight = (float)(scale * random.NextNormal());
        }
    }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> weights, ReadOnlySpan<float> features, int rows)
    {
        var input = features;
        for (var layer = 0; layer < weightAt.Length; layer++)
        {
            var (inputs, outputs) = (sizes[layer], sizes[layer + 1]);
            var output = activations[layer].AsSpan(0, rows * outputs);
            MatrixProduct.Multiply(input, inputs, 1, Weights(weights, layer), output, (rows, outputs, inputs));
            var bias = weights.Slice(biasAt[layer], outputs);
            if (layer + 1 < weightAt.Length)
                RowOperations.AddThenRectify(output, bias);
            else
                RowOperations.AddThenSoftmax(output, bias);
            input = output;
        }
    }

    /// <inheritdoc/>
    public double Backward(ReadOnlySpan<float> weights, ReadOnlySpan<float> features, ReadOnlySpan<int> labels, Span<float> gradient) =>
        Backward(weights, features, labels, gradient, []);

    /// <summary>The same, and the gradient at the features, for the network that gave them.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="features">Rows x features.</param>
    /// <param name="labels">A class a row.</param>
    /// <param name="gradient">As large as the weights.</param>
    /// <param name="featureDelta">At least rows x features, or empty if nobody wants it.</param>
    public double Backward(ReadOnlySpan<float> weights, ReadOnlySpan<float> features, ReadOnlySpan<int> labels, Span<float> gradient,
        Span<float> featureDelta)
    {
        var rows = labels.Length;
        var last = weightAt.Length - 1;
        var loss = RowOperations.CrossEntropyDelta(activations[last].AsSpan(0, rows * Classes), labels, deltas[last]);
        for (var layer = last; layer >= 0; layer--)
        {
            var (inputs, outputs) = (sizes[layer], sizes[layer + 1]);
            var delta = deltas[layer].AsSpan(0, rows * outputs);
            var input = layer == 0 ? features[..(rows * inputs)] : activations[layer - 1].AsSpan(0, rows * inputs);
            MatrixProduct.Multiply(input, 1, inputs, delta, Weights(gradient, layer), (inputs, outputs, rows));
            RowOperations.SumRows(delta, gradient.Slice(biasAt[layer], outputs));
            if (layer == 0 && featureDelta.IsEmpty)
                break;
            var before = layer == 0 ? featureDelta[..(rows * inputs)] : deltas[layer - 1].AsSpan(0, rows * inputs);
            RowOperations.Transpose(Weights(weights, layer), inputs, outputs, transposed);
            MatrixProduct.Multiply(delta, outputs, 1, transposed, before, (rows, inputs, outputs));
            if (layer > 0)
                RowOperations.MaskByPositive(before, input);
        }

        return loss;
    }

    private ReadOnlySpan<float> Weights(ReadOnlySpan<float> all, int layer) => all.Slice(weightAt[layer], sizes[layer] * sizes[layer + 1]);

    private Span<float> Weights(Span<float> all, int layer) => all.Slice(weightAt[layer], sizes[layer] * sizes[layer + 1]);
}
