namespace Starling.Core.Identity;

/// <summary>A public key as its DER SubjectPublicKeyInfo (RFC 5480), at most 256 bytes. Compared byte for byte.</summary>
public sealed class PublicKey : IEquatable<PublicKey>
{
    /// <summary>The longest key, in bytes.</summary>
    public const int MaxLength = 256;

    private readonly byte[] bytes;

    /// <summary>Wraps the bytes, which must not change afterwards.</summary>
    /// <exception cref="ArgumentException">There are too many.</exception>
    public PublicKey(byte[] bytes)
    {
        if (bytes.Length > MaxLength)
            throw new ArgumentException($"A public key has at most {MaxLength} bytes, not {bytes.Length}.", nameof(bytes));
        this.bytes = bytes;
    }

    /// <summary>The DER bytes.</summary>
    public ReadOnlySpan<byte> Bytes => bytes;

    /// <inheritdoc/>
    public bool Equals(PublicKey? other) => other is not null && bytes.AsSpan().SequenceEqual(other.bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PublicKey);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Digest.Of(bytes).Prefix;

    /// <inheritdoc/>
    public override string ToString() => Digest.Of(bytes).Short;
}
