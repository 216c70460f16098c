namespace Starling.Daemon.Configuration;

/// <summary>A setting of a <c>node.yaml</c>.</summary>
/// <param name="Path">Such as <c>network.maxUploadRate</c>; items of a list of sections are <c>peers[].node</c>.</param>
/// <param name="Meaning">What it says, for people, in few words.</param>
/// <param name="Written">A value as a file would have it: the default where there is one, else an example.</param>
public sealed record NodeSetting(string Path, string Meaning, string Written)
{
    /// <summary>Whether a new <c>node.yaml</c> gives it, since no node goes without.</summary>
    public bool IsGiven { get; init; }

    /// <summary>Whether <see cref="Written"/> is what holds without it.</summary>
    public bool IsDefault { get; init; }

    /// <summary>Whether its value is a list of values.</summary>
    public bool IsList => Written.StartsWith('[');

    /// <summary>The environment's variable for it; <c>#</c> stands for an item's number, from 0.</summary>
    public string Variable => "STARLING_" + string.Concat(Path.Replace("[].", "_#_", StringComparison.Ordinal).Select(letter =>
        letter == '.' ? "_" : char.IsUpper(letter) ? $"_{letter}" : char.ToUpperInvariant(letter).ToString()));
}
