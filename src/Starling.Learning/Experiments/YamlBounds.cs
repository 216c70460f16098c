namespace Starling.Learning.Experiments;

/// <summary>
/// How large a file of settings may be. The YAML library takes up to 550 bytes for a value and 6 for a character, all gone at once: these
/// bounds are what bounds the memory.
/// </summary>
/// <param name="Bytes">The largest file, in bytes.</param>
/// <param name="Values">The most texts, lists and sections.</param>
public sealed record YamlBounds(int Bytes, int Values)
{
    private const int AlwaysRead = 8192, CharactersEach = 8;

    /// <summary>
    /// An experiment: a few lists of a number for each of 1,024 nodes. It may come from a stranger, and costs 6 MiB at most.
    /// </summary>
    public static YamlBounds Experiment { get; } = new(128 << 10, 8192);

    /// <summary>A node's file, which its operator wrote: 1,024 peers of 16 addresses have 21,505 values.</summary>
    public static YamlBounds Node { get; } = new(1 << 20, 32_768);

    /// <summary>
    /// The most values of a text of so many characters: above 8,192 they need eight characters each, so that no list of them is larger
    /// than twice the text and 64 KiB.
    /// </summary>
    public int ValuesOf(int characters) => Math.Min(Values, Math.Max(AlwaysRead, characters / CharactersEach));
}
