using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Models;

namespace Starling.Learning.Networks;

/// <summary>
/// Fully connected layers with rectified linear units between them and softmax with cross-entropy at the end. Without hidden layers it is softmax regression. Weights lie
/// in a flat buffer: tensor <c>layerNN.weight</c> is inputs x outputs, row-major, <c>layerNN.bias</c> one float an output.
/// </summary>
internal sealed class DenseNetwork
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
    public DenseNetwork(ImmutableArray<int> sizes, int batch)
    {
        this.sizes = sizes;
        Batch = batch;
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

        transposed = new float[Enumerable.Range(1, layers - 1).Select(i => sizes[i] * sizes[i + 1]).DefaultIfEmpty().Max()];
    }

    /// <summary>The most rows handled at once.</summary>
    public int Batch { get; }

    /// <summary>How many floats are trained.</summary>
    public int ParameterCount { get; }

    /// <summary>The number of classes.</summary>
    public int Classes => sizes[^1];

    /// <summary>After <see cref="Forward"/>: each row's class probabilities, rows x classes.</summary>
    public ReadOnlySpan<float> Probabilities => activations[^1];

    /// <summary>The tensors, in the order of the flat buffer.</summary>
    public static IEnumerable<TensorSpec> Tensors(ImmutableArray<int> sizes) => Enumerable.Range(0, sizes.Length - 1).SelectMany(layer => new[]
    {
        new TensorSpec($"layer{layer + 1:00}.bias", sizes[layer + 1]),
        new TensorSpec(WeightName(layer + 1), sizes[layer], sizes[layer + 1]),
    });

    /// <summary>The name of a layer's weights; layers count from 1.</summary>
    public static string WeightName(int layer) => $"layer{layer:00}.weight";

    /// <summary>Draws weights: normal with variance 2 / inputs before a rectifier (He et al., 2015), 1 / inputs before softmax; biases 0.</summary>
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

    /// <summary>Computes <see cref="Probabilities"/> for a batch of rows x features.</summary>
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

    /// <summary>The gradient of the mean cross-entropy over the rows of the last <see cref="Forward"/>; returns that mean, in nats.</summary>
    public double Backward(ReadOnlySpan<float> weights, ReadOnlySpan<float> features, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        var rows = labels.Length;
        var last = weightAt.Length - 1;
        var loss = RowOperations.CrossEntropyDelta(activations[last].AsSpan(0, rows * Classes), labels, deltas[last]);
        for (var layer = last; layer >= 0; layer--)
        {
            var (inputs, outputs) = (sizes[layer], sizes[layer + 1]);
            var delta = deltas[layer].AsSpan(0, rows * outputs);
            var input = layer == 0 ? features : activations[layer - 1].AsSpan(0, rows * inputs);
            MatrixProduct.Multiply(input, 1, inputs, delta, Weights(gradient, layer), (inputs, outputs, rows));
            RowOperations.SumRows(delta, gradient.Slice(biasAt[layer], outputs));
            if (layer == 0)
                break;
            var before = deltas[layer - 1].AsSpan(0, rows * inputs);
            RowOperations.Transpose(Weights(weights, layer), inputs, outputs, transposed);
            MatrixProduct.Multiply(delta, outputs, 1, transposed, before, (rows, inputs, outputs));
            RowOperations.MaskByPositive(before, input);
        }

        return loss;
    }

    private ReadOnlySpan<float> Weights(ReadOnlySpan<float> all, int layer) => all.Slice(weightAt[layer], sizes[layer] * sizes[layer + 1]);

    private Span<float> Weights(Span<float> all, int layer) => all.Slice(weightAt[layer], sizes[layer] * sizes[layer + 1]);
}
