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

    private readonly byte[] stored;
    private readonly ReadOnlyMemory<byte> bodyBytes, signature;

    /// <summary>Joins a body's bytes, the author's key and the signature.</summary>
    /// <exception cref="CanonicalFormatException">The bytes are not a body, or something is too long.</exception>
    public SignedEntry(ReadOnlySpan<byte> bodyBytes, PublicKey key, ReadOnlySpan<byte> signature)
        : this(new CanonicalWriter().Bytes(bodyBytes).Bytes(key.Bytes).Bytes(signature).ToArray())
    {
    }

    private SignedEntry(byte[] stored)
    {
        this.stored = stored;
        var reader = new CanonicalReader(stored);
        bodyBytes = stored.AsMemory(reader.Part(EntryBody.MaxBytes));
        Key = new PublicKey(reader.Bytes(PublicKey.MaxLength));
        signature = stored.AsMemory(reader.Part(MaxSignatureBytes));
        reader.End();
        Body = EntryBody.Decode(bodyBytes);
        Id = new EntryId(Digest.Of(bodyBytes.Span));
    }

    public EntryId Id { get; }

    public EntryBody Body { get; }

    public PublicKey Key { get; }

    /// <summary>The bytes that were signed.</summary>
    public ReadOnlySpan<byte> BodyBytes => bodyBytes.Span;

    public ReadOnlySpan<byte> Signature => signature.Span;

    /// <summary>
    /// The digest of the stored bytes, by which a backend knows an entry again. Not the id: who guesses another's body could otherwise
    /// store it under a false signature first, and so keep the true one out.
    /// </summary>
    public Digest StoredDigest => Digest.Of(stored);

    /// <summary>The bytes that a ledger stores, in a new array.</summary>
    public byte[] Encode() => [.. stored];

    /// <summary>Reads stored bytes, and keeps them: they must not change afterwards.</summary>
    /// <exception cref="CanonicalFormatException">They are not an entry.</exception>
    public static SignedEntry Decode(byte[] stored) => new(stored);
}
