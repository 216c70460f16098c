using Starling.Core.Ledger;

namespace Starling.Core.Identity;

/// <summary>
/// Verifies what the author of a ledger entry signed: ECDSA P-256 over SHA-256 (FIPS 186-5), 64 bytes <c>r || s</c> in the form of
/// <see cref="LowS"/>, under a key in its one DER form with an uncompressed point (RFC 5480). A pure function of its arguments.
/// </summary>
public static class EntrySignature
{
    /// <summary>Whether the entry's signature verifies under the entry's own key.</summary>
    public static bool Verify(SignedEntry entry) => Verify(entry.BodyBytes, entry.Key, entry.Signature);

    /// <summary>Whether the signature over the bytes verifies under the key. Never throws for what the arguments hold.</summary>
    public static bool Verify(ReadOnlySpan<byte> bytes, PublicKey key, ReadOnlySpan<byte> signature)
    {
        using var imported = EntryKey.TryImport(key);
        return imported is not null && imported.Verify(bytes, signature);
    }
}
