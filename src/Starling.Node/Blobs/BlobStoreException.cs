namespace Starling.Node.Blobs;

/// <summary>The disk under the blob store does not do what it should. The message names the blob and the remedy, if there is one.</summary>
public class BlobStoreException(string message, Exception? inner = null) : IOException(message, inner);
