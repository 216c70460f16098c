namespace Starling.Node.Blobs;

/// <summary>What became of bytes that were given to the store.</summary>
public enum BlobWriteOutcome
{
    /// <summary>They are stored, though not yet synced.</summary>
    Stored,

    /// <summary>They do not hash to what the manifest says. Nothing was stored.</summary>
    Corrupt,

    /// <summary>The quota or the disk is full.</summary>
    NoSpace,

    /// <summary>The store was never given the blob's manifest, or the blob was released meanwhile.</summary>
    Unknown,
}
