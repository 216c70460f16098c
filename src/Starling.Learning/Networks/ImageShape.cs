namespace Starling.Learning.Networks;

/// <summary>How large an image is whose pixels, row by row, are the features of a row.</summary>
/// <param name="Height">Pixels from top to bottom.</param>
/// <param name="Width">Pixels from left to right.</param>
public readonly record struct ImageShape(int Height, int Width)
{
    /// <summary>How many pixels it has.</summary>
    public int Pixels => checked(Height * Width);

    /// <summary>The square image of so many pixels, or null if there is none.</summary>
    public static ImageShape? Square(int pixels)
    {
        var side = (int)Math.Round(Math.Sqrt(pixels));
        return side * side == pixels ? new ImageShape(side, side) : null;
    }

    /// <summary>The image after so many halvings of both sides.</summary>
    public ImageShape Halved(int times) => new(Height >> times, Width >> times);

    /// <summary>Whether both sides can be halved so often without a rest.</summary>
    public bool CanHalve(int times) => ((Height | Width) & ((1 << times) - 1)) == 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Height} x {Width}";
}
