using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Node.Blobs;
using Starling.Node.Transport;

namespace Starling.Node.Options;

/// <summary>What a node is made from.</summary>
public sealed record NodeOptions
{
    /// <summary>Where the node keeps what is its own.</summary>
    public required string Folder { get; init; }

    /// <summary>The task runners that it follows.</summary>
    public ImmutableArray<ContractReference> Runners { get; init; } = [];

    /// <summary>The training contracts that it follows from its start.</summary>
    public required ImmutableArray<ContractReference> Contracts { get; init; }

    /// <summary>Where peers are reached.</summary>
    public required ImmutableArray<KnownPeer> Peers { get; init; }

    /// <summary>What the kernel may choose for itself.</summary>
    public KernelOptions Kernel { get; init; } = new();

    /// <summary>Bounds and times of connections.</summary>
    public PeerNetworkOptions Network { get; init; } = new();

    /// <summary>Bounds of the blob store.</summary>
    public BlobStoreOptions Blobs { get; init; } = new();
}
