namespace Starling.Cli.Shells;

/// <summary>Where a shell's lines come from.</summary>
internal interface ILineSource
{
    /// <summary>What messages call the place of the line read last, such as <c>lab.starling:12</c>; empty at a terminal.</summary>
    string Place { get; }

    /// <summary>Reads the next line; null at the end.</summary>
    string? Read();
}
