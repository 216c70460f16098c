namespace Starling.Node.Blobs;

/// <summary>There is no room for a blob: its contract's quota is used up, or the disk is full.</summary>
public sealed class NoSpaceException(string message, Exception? inner = null) : BlobStoreException(message, inner);
