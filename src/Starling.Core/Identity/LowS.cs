namespace Starling.Core.Identity;

/// <summary>
/// The one valid form of an ECDSA P-256 signature. With <c>(r, s)</c> also <c>(r, n - s)</c> verifies; only the one with
/// <c>s &lt;= n/2</c> is accepted, so that nobody can make a second signature from a first one.
/// </summary>
public static class LowS
{
    /// <summary>Length of <c>r</c> and <c>s</c> together, each 32 bytes and big-endian (IEEE P1363).</summary>
    public const int SignatureBytes = 64;

    private const int HalfBytes = SignatureBytes / 2;

    // FIPS 186-5 (SP 800-186), P-256: the group's order n, and n/2 rounded down.
    private static ReadOnlySpan<byte> Order =>
    [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];

    private static ReadOnlySpan<byte> HalfOrder =>
    [
        0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
    ];

    /// <summary>Whether a signature of 64 bytes has the valid form.</summary>
    public static bool IsLow(ReadOnlySpan<byte> signature) => signature[HalfBytes..].SequenceCompareTo(HalfOrder) <= 0;

    /// <summary>Turns a signature that verifies into its valid form, in place.</summary>
    /// <exception cref="ArgumentException">It has not 64 bytes, or its <c>s</c> is not below the order.</exception>
    public static void Normalise(Span<byte> signature)
    {
        if (signature.Length != SignatureBytes || signature[HalfBytes..].SequenceCompareTo(Order) >= 0)
            throw new ArgumentException("This is no ECDSA P-256 signature.", nameof(signature));
        if (IsLow(signature))
            return;
        var s = signature[HalfBytes..];
        var borrow = 0;
        for (var i = HalfBytes - 1; i >= 0; i--)
        {
            var difference = Order[i] - s[i] - borrow;
            borrow = difference < 0 ? 1 : 0;
            s[i] = (byte)difference;
        }
    }
}
