using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Core.Ledger;

/// <summary>
/// An entry as a ledger stores it: the signed bytes, the author's key and its signature. Whether the signature fits the key can be told
/// from the entry alone; whether the key is the author's, the fold tells.
/// </summary>
public sealed class SignedEntry
{
    /// <summary>The longest signature, in bytes. ECDSA P-256 takes 64 (r and s, big-endian).</summary>
    public const int MaxSignatureBytes = 256;

    /// <summary>The largest encoded entry, in bytes.</summary>
    public const int MaxBytes = EntryBody.MaxBytes + PublicKey.MaxLength + MaxSignatureBytes + 16;

    private readonly byte[] bodyBytes;
    private readonly byte[] signature;

    /// <summary>Joins a body's bytes, the author's key and the signature.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not a body, or something is too long.</exception>
    public SignedEntry(byte[] bodyBytes, PublicKey key, byte[] signature)
    {
        if (signature.Length > MaxSignatureBytes)
            throw new CanonicalFormatException($"A signature has at most {MaxSignatureBytes} bytes, not {signature.Length}.");
        this.bodyBytes = bodyBytes;
        this.signature = signature;
        Key = key;
        Body = EntryBody.Decode(bodyBytes);
        Id = new EntryId(Digest.Of(bodyBytes));
    }

    public EntryId Id { get; }

    public EntryBody Body { get; }

    public PublicKey Key { get; }

    /// <summary>The bytes that were signed.</summary>
    public ReadOnlySpan<byte> BodyBytes => bodyBytes;

    public ReadOnlySpan<byte> Signature => signature;

    /// <summary>
    /// The digest of the stored bytes, by which a backend knows an entry again. Not the id: who guesses another's body could otherwise
    /// store it under a false signature first, and so keep the true one out.
    /// </summary>
    public Digest StoredDigest => Digest.Of(Encode());

    /// <summary>The bytes that a ledger stores.</summary>
    public byte[] Encode() => new CanonicalWriter().Bytes(bodyBytes).Bytes(Key.Bytes).Bytes(signature).ToArray();

    /// <summary>Reads stored bytes.</summary>
    /// <exception cref="CanonicalFormatException">They are not an entry.</exception>
    public static SignedEntry Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        var entry = new SignedEntry(reader.Bytes(EntryBody.MaxBytes), new PublicKey(reader.Bytes(PublicKey.MaxLength)), reader.Bytes(MaxSignatureBytes));
        reader.End();
        return entry;
    }
}
