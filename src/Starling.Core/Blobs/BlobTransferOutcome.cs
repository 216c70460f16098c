using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Blobs;

/// <summary>What the caller of the transfers must know. The hierarchy is closed.</summary>
public abstract record BlobTransferOutcome(ContractId Contract, BlobId Blob);

/// <summary>Every chunk is on disk and verified, not yet synced. The blob is no longer wanted.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Blob">The blob.</param>
/// <param name="Bytes">Its length.</param>
public sealed record BlobArrived(ContractId Contract, BlobId Blob, long Bytes) : BlobTransferOutcome(Contract, Blob);

/// <summary>
/// The chunks that were wanted are on disk and verified, those aside that the blob does not have. The blob is no longer wanted.
/// </summary>
/// <param name="Contract">The contract.</param>
/// <param name="Blob">The blob.</param>
/// <param name="Chunks">The chunks.</param>
public sealed record BlobPartArrived(ContractId Contract, BlobId Blob, ImmutableSortedSet<int> Chunks)
    : BlobTransferOutcome(Contract, Blob);

/// <summary>
/// Its own manifest says that it has more bytes than are accepted. The blob is no longer wanted. Said for each contract that wanted it.
/// </summary>
public sealed record BlobTooLarge(ContractId Contract, BlobId Blob) : BlobTransferOutcome(Contract, Blob);

/// <summary>A peer sent what does not hash to what it was asked for. The fetch goes on.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Blob">The blob.</param>
/// <param name="Peer">Who sent it.</param>
/// <param name="Times">How often this peer did so for this blob, with this time.</param>
public sealed record PeerSentCorrupt(ContractId Contract, BlobId Blob, NodeId Peer, int Times) : BlobTransferOutcome(Contract, Blob);

/// <summary>There is no room for the blob: the quota or the disk is full. The fetch is tried again later.</summary>
public sealed record NoSpaceForBlob(ContractId Contract, BlobId Blob) : BlobTransferOutcome(Contract, Blob);
