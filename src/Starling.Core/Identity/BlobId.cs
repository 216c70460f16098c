namespace Starling.Core.Identity;

/// <summary>Names immutable bytes: the digest of their canonical <see cref="Blobs.BlobManifest"/>.</summary>
public readonly record struct BlobId(Digest Digest) : IComparable<BlobId>
{
    /// <summary>Stands for "no blob", as for the base of the first round.</summary>
    public static BlobId None => default;

    /// <summary>Whether this names no blob.</summary>
    public bool IsNone => Digest.IsZero;

    /// <inheritdoc/>
    public int CompareTo(BlobId other) => Digest.CompareTo(other.Digest);

    /// <summary>The first eight hexadecimal digits, for people.</summary>
    public string Short => Digest.Short;

    /// <inheritdoc/>
    public override string ToString() => Digest.ToString();
}
