using System.Globalization;

namespace Starling.Cli.Reports.Drawing;

/// <summary>The few shapes that drawings are made of. Coordinates are in a drawing's own units, from its upper left corner.</summary>
internal static class Shapes
{
    /// <summary>Begins a drawing that a page stretches to the room it has.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="title">What it shows: for a screen reader, and for a pointer.</param>
    /// <param name="width">In units.</param>
    /// <param name="height">In units.</param>
    public static Markup OpenDrawing(this Markup page, string title, double width, double height) => page
        .Open("svg", ("viewBox", $"0 0 {Markup.Number(width)} {Markup.Number(height)}"), ("role", "img"), ("aria-label", title))
        .Leaf("title", title);

    /// <summary>Begins the axes of a drawing. A screen reader passes over them: the table beside says it better.</summary>
    public static Markup OpenAxes(this Markup page) => page.Open("g", ("class", "axis"), ("aria-hidden", "true"));

    /// <summary>A straight line.</summary>
    public static Markup Rule(this Markup page, (double X, double Y) from, (double X, double Y) to, string? style = null,
        string? title = null)
    {
        page.Open("line", ("class", style), ("x1", Markup.Number(from.X)), ("y1", Markup.Number(from.Y)), ("x2", Markup.Number(to.X)),
            ("y2", Markup.Number(to.Y)));
        return (title is null ? page : page.Leaf("title", title)).Close();
    }

    /// <summary>A filled rectangle.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="style">Its class in the style sheet.</param>
    /// <param name="corner">Its upper left corner.</param>
    /// <param name="size">Its width and height. What would be too thin to be seen is left out.</param>
    /// <param name="round">The radius of its corners.</param>
    /// <param name="strength">How opaque it is, 0 to 1.</param>
    public static Markup Box(this Markup page, string style, (double X, double Y) corner, (double Width, double Height) size,
        double round = 0, double strength = 1) =>
        size is not { Width: >= 0.05, Height: >= 0.05 }
            ? page
            : page.Mark(
                "rect", ("class", style), ("x", Markup.Number(corner.X)), ("y", Markup.Number(corner.Y)),
                ("width", Markup.Number(size.Width)), ("height", Markup.Number(size.Height)),
                ("rx", round > 0 ? Markup.Number(round) : null),
                ("fill-opacity", strength < 1 ? strength.ToString("0.##", CultureInfo.InvariantCulture) : null));

    /// <summary>A text.</summary>
    /// <param name="page">Where to.</param>
    /// <param name="text">The text.</param>
    /// <param name="at">Where its base line begins, ends or has its middle.</param>
    /// <param name="anchor">Which of these: <c>start</c>, <c>end</c> or <c>middle</c>.</param>
    /// <param name="style">Its class in the style sheet.</param>
    public static Markup Label(this Markup page, string text, (double X, double Y) at, string anchor = "start", string? style = null) =>
        page.Leaf(
        "text", text, ("class", style), ("x", Markup.Number(at.X)), ("y", Markup.Number(at.Y)),
        ("text-anchor", anchor == "start" ? null : anchor));
}
