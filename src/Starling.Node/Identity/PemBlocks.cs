using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Starling.Node.Identity;

/// <summary>The blocks of a PEM file (RFC 7468).</summary>
internal static class PemBlocks
{
    private const string Begin = "-----BEGIN ";

    /// <summary>The bytes of all blocks with a label, in order. What stands between blocks is passed over, as are other blocks.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="label">The label.</param>
    /// <param name="path">Where the text came from, for people.</param>
    /// <exception cref="IdentityException">A block begins that is not whole: the file is still being written, or was cut.</exception>
    public static ImmutableArray<ImmutableArray<byte>> Read(string pem, string label, string path)
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

        return pem.AsSpan().Count(Begin) == whole
            ? blocks.ToImmutable()
            : throw new IdentityException($"{path} holds a part in PEM that is not whole, from '{Begin}' to its end; write the file anew.");
    }
}
