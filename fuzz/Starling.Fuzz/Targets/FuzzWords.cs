using System.Text;

namespace Starling.Fuzz.Targets;

/// <summary>Writes a target's words and seeds down as texts.</summary>
internal static class FuzzWords
{
    /// <summary>The texts as UTF-8.</summary>
    public static IReadOnlyList<byte[]> Of(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
