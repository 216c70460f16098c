using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Learning.Networks;

/// <summary>
/// Stages of convolution and pooling, and fully connected layers over what they give. The weights lie stage by stage, then layer
/// by layer, in a flat buffer.
/// </summary>
internal sealed class ConvolutionalNetwork : INetwork
{
    private readonly ImmutableArray<ConvolutionStage> stages;
    private readonly int[] weightsAt;
    private readonly float[][] outputs;
    private readonly float[][] deltas;
    private readonly int[][] winners;
    private readonly DenseNetwork head;
    private readonly int headAt;

    /// <summary>Lays out a network.</summary>
    /// <param name="image">The images, of one channel.</param>
    /// <param name="channels">The channels that each stage gives.</param>
    /// <param name="head">Floats that the last stage gives, hidden units of each fully connected layer, classes.</param>
    /// <param name="batch">The most rows handled at once.</param>
    public ConvolutionalNetwork(ImageShape image, ImmutableArray<int> channels, ImmutableArray<int> head, int batch)
    {
        stages = [.. channels.Select(
            (count, stage) => new ConvolutionStage(image.Halved(stage), ConvolutionalShape.Inputs(channels, stage), count))];
        weightsAt = new int[stages.Length];
        for (var stage = 0; stage < stages.Length; stage++)
        {
            weightsAt[stage] = headAt;
            headAt += stages[stage].ParameterCount;
        }

        outputs = [.. stages.Select(stage => new float[checked(batch * stage.OutputFloats)])];
        deltas = [.. stages.Select(stage => new float[checked(batch * stage.OutputFloats)])];
        winners = [.. stages.Select(stage => new int[checked(batch * stage.OutputFloats)])];
        this.head = new DenseNetwork(head, batch, passesBack: true);
    }

    /// <inheritdoc/>
    public int ParameterCount => headAt + head.ParameterCount;

    /// <inheritdoc/>
    public int Classes => head.Classes;

    /// <inheritdoc/>
    public ReadOnlySpan<float> Probabilities => head.Probabilities;

    /// <inheritdoc/>
    public void Initialise(Span<float> weights, SeededRandom random)
    {
        for (var stage = 0; stage < stages.Length; stage++)
            stages[stage].Initialise(weights.Slice(weightsAt[stage], stages[stage].ParameterCount), random);
        head.Initialise(weights[headAt..], random);
    }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<float> weights, ReadOnlySpan<float> features, int rows)
    {
        var input = features;
        for (var stage = 0; stage < stages.Length; stage++)
        {
            stages[stage].Forward(weights.Slice(weightsAt[stage], stages[stage].ParameterCount), input, outputs[stage], winners[stage],
                rows);
            input = outputs[stage];
        }

        head.Forward(weights[headAt..], input, rows);
    }

    /// <inheritdoc/>
    public double Backward(ReadOnlySpan<float> weights, ReadOnlySpan<float> features, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        var rows = labels.Length;
        var loss = head.Backward(weights[headAt..], outputs[^1], labels, gradient[headAt..], deltas[^1]);
        for (var i = stages.Length - 1; i >= 0; i--)
        {
            var stage = stages[i];
            stage.Backward(
                weights.Slice(weightsAt[i], stage.ParameterCount), i == 0 ? features : outputs[i - 1], outputs[i], winners[i],
                deltas[i].AsSpan(0, rows * stage.OutputFloats),
                gradient.Slice(weightsAt[i], stage.ParameterCount), i == 0 ? [] : deltas[i - 1]);
        }

        return loss;
    }
}
