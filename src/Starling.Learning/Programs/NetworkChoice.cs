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
    public static NetworkShape Of(ProgramSettings settings, DataSet rows)
    {
        if (settings.Kind != ProgramKind.Cnn)
            return new DenseShape([rows.Columns, .. settings.Hidden, rows.Classes]);
        var image = settings.Image ?? ImageShape.Square(rows.Columns) ?? throw new DataException(
            $"{rows.Name}: has {rows.Columns} features, which are no square image; name its sides in program.image: [height, width].");
        var stages = settings.Channels.Length;
        if (image.Pixels != rows.Columns)
            throw new DataException($"{rows.Name}: has {rows.Columns} features, but program.image is {image}, which are {image.Pixels}; correct it.");
        if (!image.CanHalve(stages))
            throw new DataException($"{rows.Name}: has images of {image}, and a side can only be halved by each of program.channels if it divides by {1 << stages}; give fewer channels or other images.");
        var shape = new ConvolutionalShape(image, settings.Channels, [.. settings.Hidden, rows.Classes]);
        return Math.Min(settings.Batch, rows.Rows) * shape.RowFloats <= MostFloats
            ? shape
            : throw new DataException($"{rows.Name}: {settings.Batch} images of {image} are more than a layer may keep; lower program.batch or program.channels.");
    }
}
