using Starling.Core.Identity;

namespace Starling.Node.Tasks;

/// <summary>Content that is here.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Digest">The digest over all its files.</param>
/// <param name="Folder">Where it lies; read-only to everyone.</param>
public sealed record StoredContent(ContentName Name, Digest Digest, string Folder);
