using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Starling.Core.Identity;

/// <summary>The blocks of a text in PEM (RFC 7468).</summary>
public static class PemText
{
    private const string Begin = "-----BEGIN ";

    /// <summary>The bytes of all blocks with a label, in order. What stands between blocks is passed over, as are other blocks.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="label">The label.</param>
    /// <returns>Null if a block begins that is not whole: the text is still being written, or was cut.</returns>
    public static ImmutableArray<ImmutableArray<byte>>? Blocks(string pem, string label)
    {
        var blocks = ImmutableArray.CreateBuilder<ImmutableArray<byte>>();
        var text = pem.AsSpan();
        var whole = 0;
        for (; PemEncoding.TryFind(text, out var fields); whole++)
        {
            if (text[fields.Label].SequenceEqual(label))
            {
                var der = new byte[fields.DecodedDataLength];
                Convert.TryFromBase64Chars(text[fields.Base64Data], der, out _);
                blocks.Add(ImmutableArray.Create(der));
            }

            text = text[fields.Location.End..];
        }

        return pem.AsSpan().Count(Begin) == whole ? blocks.ToImmutable() : null;
    }

    /// <summary>What to say of a file that is not whole.</summary>
    public static string NotWhole(string path) =>
        $"{path} holds a part in PEM that is not whole, from '{Begin}' to its end; write the file anew.";
}
