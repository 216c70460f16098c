using System.Collections.Immutable;
using Starling.Core.Models;
using Starling.Learning.Data;

namespace Starling.Learning.Networks;

/// <summary>
/// Stages of convolution, rectifier and pooling, then fully connected layers. A stage's tensors are <c>layerNN.kernel</c>, 3 x 3 x inputs x
/// outputs, and <c>layerNN.bias</c>. The first fully connected weights are height x width x channels x outputs, so that a model's file
/// tells the images that it takes.
/// </summary>
internal sealed class ConvolutionalShape : NetworkShape
{
    /// <summary>The most stages of a network.</summary>
    public const int MostStages = 4;

    /// <summary>The most channels of a stage.</summary>
    public const int MostChannels = 256;

    private readonly ImageShape image;
    private readonly ImmutableArray<int> channels;
    private readonly ImmutableArray<int> head;

    /// <summary>Describes a network.</summary>
    /// <param name="image">The images, of one channel; both sides can be halved once for each stage.</param>
    /// <param name="channels">The channels that each stage gives, 1 to <see cref="MostStages"/> of them.</param>
    /// <param name="outputs">Hidden units of each fully connected layer, then classes.</param>
    /// <exception cref="ArgumentException">The sides cannot be halved so often.</exception>
    public ConvolutionalShape(ImageShape image, ImmutableArray<int> channels, ImmutableArray<int> outputs)
    {
        if (!image.CanHalve(channels.Length))
            throw new ArgumentException($"An image of {image} cannot be halved {channels.Length} times.", nameof(image));
        (this.image, this.channels) = (image, channels);
        head = [checked(image.Halved(channels.Length).Pixels * channels[^1]), .. outputs];
    }

    /// <inheritdoc/>
    public override int Columns => image.Pixels;

    /// <inheritdoc/>
    public override int Classes => head[^1];

    /// <inheritdoc/>
    public override long RowFloats =>
        Math.Max(head.Max(), channels.Select((count, stage) => (long)count * image.Halved(stage + 1).Pixels).Max());

    /// <inheritdoc/>
    public override IEnumerable<TensorSpec> Tensors => channels
        .SelectMany((outputs, stage) => new[]
        {
            new TensorSpec(DenseShape.BiasName(stage + 1), outputs),
            new TensorSpec(KernelName(stage + 1), ConvolutionStage.KernelSide, ConvolutionStage.KernelSide, Inputs(channels, stage),
                outputs),
        })
        .Concat(DenseShape.Layers(head, channels.Length + 1).Select((tensor, i) => i == 1 ? WithImage(tensor) : tensor));

    /// <summary>The channels that a stage takes, from 0.</summary>
    public static int Inputs(ImmutableArray<int> channels, int stage) => stage == 0 ? 1 : channels[stage - 1];

    /// <summary>Reads the images, channels and sizes from the tensors' shapes; null if there are none within bounds.</summary>
    public static new ConvolutionalShape? Guess(ModelSchema schema)
    {
        var channels = ImmutableArray.CreateBuilder<int>();
        while (channels.Count < MostStages
            && Dimensions(schema, KernelName(channels.Count + 1), 4) is [_, _, _, <= MostChannels and var outputs])
            channels.Add(outputs);
        var first = channels.Count + 1;
        if (channels.Count == 0 || Dimensions(schema, DenseShape.WeightName(first), 4) is not [var height, var width, _, var units])
            return null;
        var pixels =
            (long)Math.Min(height, DataLimits.Default.Columns) * Math.Min(width, DataLimits.Default.Columns) << (2 * channels.Count);
        return pixels <= DataLimits.Default.Columns
            ? new ConvolutionalShape(new ImageShape(height << channels.Count, width << channels.Count), channels.ToImmutable(),
                [units, .. DenseShape.Outputs(schema, first + 1)])
            : null;
    }

    /// <inheritdoc/>
    public override INetwork Create(int batch) => new ConvolutionalNetwork(image, channels, head, batch);

    private static string KernelName(int layer) => $"layer{layer:00}.kernel";

    private TensorSpec WithImage(TensorSpec tensor)
    {
        var last = image.Halved(channels.Length);
        return new TensorSpec(tensor.Name, last.Height, last.Width, channels[^1], head[1]);
    }
}
