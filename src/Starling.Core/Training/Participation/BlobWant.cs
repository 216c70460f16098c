using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Training.Participation;

/// <summary>A blob that this node must get.</summary>
/// <param name="Holders">Who should have it.</param>
/// <param name="Chunks">The chunks that are needed; null for all.</param>
internal sealed record BlobWant(ImmutableSortedSet<NodeId> Holders, ImmutableSortedSet<int>? Chunks = null);
