using Starling.Core.Configuration;

namespace Starling.Node.Transport;

/// <summary>Text that came from elsewhere, made fit for a log and for a sentence: bounded and without control characters.</summary>
internal static class PeerText
{
    /// <summary>The longest text that is shown or sent, in characters.</summary>
    public const int MaxLength = 512;

    public static string Clean(string text) => ShownText.Line(text.Length > MaxLength ? text[..MaxLength] : text);
}
