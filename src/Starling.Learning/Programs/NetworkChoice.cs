using Starling.Learning.Data;
using Starling.Learning.Networks;

namespace Starling.Learning.Programs;

/// <summary>The network that settings ask for, given the rows that it is to learn.</summary>
internal static class NetworkChoice
{
    /// <summary>The most floats that a layer may keep of a batch of images: 1 GiB.</summary>
    public const long MostFloats = 1 << 28;

    /// <summary>Chooses it.</summary>
    /// <exception cref="DataException">The rows are not the images that the settings ask for, or a batch of them is too large.</exception>
    public static NetworkShape Of(ProgramSettings settings, DataSet rows) => Of(settings, rows.Name, rows.Columns, rows.Classes, rows.Rows);

    /// <summary>Chooses it for rows that are not at hand.</summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="name">What people call the rows.</param>
    /// <param name="columns">Features a row.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="rows">How many rows there may be at most.</param>
    /// <exception cref="DataException">The rows are not the images that the settings ask for, or a batch of them is too large.</exception>
    public static NetworkShape Of(ProgramSettings settings, string name, int columns, int classes, int rows)
    {
        if (settings.Kind != ProgramKind.Cnn)
            return new DenseShape([columns, .. settings.Hidden, classes]);
        var image = settings.Image ?? ImageShape.Square(columns) ?? throw new DataException(
            $"{name}: has {columns} features, which are no square image; name its sides in program.image: [height, width].");
        var stages = settings.Channels.Length;
        if (image.Pixels != columns)
            throw new DataException($"{name}: has {columns} features, but program.image is {image}, which are {image.Pixels}; correct it.");
        if (!image.CanHalve(stages))
            throw new DataException($"{name}: has images of {image}, and a side can only be halved by each of program.channels if it divides by {1 << stages}; give fewer channels or other images.");
        var shape = new ConvolutionalShape(image, settings.Channels, [.. settings.Hidden, classes]);
        return Math.Min(settings.Batch, rows) * shape.RowFloats <= MostFloats
            ? shape
            : throw new DataException(
                $"{name}: {settings.Batch} images of {image} are more than a layer may keep; lower program.batch or program.channels.");
    }
}
