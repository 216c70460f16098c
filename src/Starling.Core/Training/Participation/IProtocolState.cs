using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Training.Participation;

/// <summary>
/// Where a node stands in a protocol whose members go through their rounds each by itself. What else a protocol keeps is its own affair.
/// </summary>
public interface IProtocolState
{
    /// <summary>The round that this node is in, from 1; after the last, that number plus one.</summary>
    long Round { get; }

    /// <summary>The model that it trains from in this round; none before the first.</summary>
    BlobId Model { get; }

    /// <summary>The members whose updates it still waits for in this round.</summary>
    ImmutableArray<NodeId> Awaited { get; }
}
