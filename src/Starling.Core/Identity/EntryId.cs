namespace Starling.Core.Identity;

/// <summary>Names a ledger entry: the digest of the bytes that its author signed.</summary>
public readonly record struct EntryId(Digest Digest) : IComparable<EntryId>
{
    /// <inheritdoc/>
    public int CompareTo(EntryId other) => Digest.CompareTo(other.Digest);

    /// <inheritdoc/>
    public override string ToString() => Digest.ToString();
}
