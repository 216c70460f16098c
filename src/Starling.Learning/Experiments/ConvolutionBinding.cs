using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Learning.Networks;

namespace Starling.Learning.Experiments;

/// <summary>
/// The settings of <c>program</c> that only a convolutional network has. What depends on rows that are not yet read
/// is checked once they are.
/// </summary>
internal static class ConvolutionBinding
{
    private const int LongestSide = 4096;
    private static readonly ImageShape DigitImage = new(8, 8);

    /// <summary>Reads the channels of each stage, and the images' sides if they are known.</summary>
    public static (ImmutableArray<int> Channels, ImageShape? Image) Bind(SectionBinder section, DataSource set)
    {
        var channels = section.Wholes("channels", [8, 16], 1, ConvolutionalShape.MostChannels, ConvolutionalShape.MostStages);
        if (channels.IsEmpty)
            section.Fault("channels", "names no stage; give the channels of each, such as [8, 16]");
        var sides = section.Wholes("image", [], 1, LongestSide, 2);
        if (section.Has("image") && sides.Length != 2)
            section.Fault("image", "must be height and width in pixels, such as [28, 28]");
        var image =
            sides.Length == 2 ? new ImageShape((int)sides[0], (int)sides[1]) : set == DataSource.Digits ? DigitImage : (ImageShape?)null;
        if (set == DataSource.Digits && image != DigitImage)
            section.Fault("image", $"is {image}, but the images of digits are {DigitImage}; leave it out");
        else if (image is { } known && !known.CanHalve(channels.Length))
            section.Fault("channels",
                $"names {channels.Length} stages, each of which halves both sides, but {image} cannot be halved so often without a rest; give fewer values");
        return ([.. channels.Select(count => (int)count)], image);
    }
}
