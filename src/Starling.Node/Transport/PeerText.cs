namespace Starling.Node.Transport;

/// <summary>Text that came from elsewhere, made fit for a log and for a sentence: bounded and without control characters.</summary>
internal static class PeerText
{
    /// <summary>The longest text that is shown or sent, in characters.</summary>
    public const int MaxLength = 512;

    public static string Clean(string text)
    {
        var kept = text.Length > MaxLength ? text.AsSpan(0, MaxLength) : text;
        return string.Create(kept.Length, kept, static (clean, from) =>
        {
            for (var i = 0; i < clean.Length; i++)
                clean[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) || from[i] is '\u2028' or '\u2029' ? '?' : from[i];
        });
    }
}
