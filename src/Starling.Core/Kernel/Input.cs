using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;

namespace Starling.Core.Kernel;

/// <summary>What a node's kernel is told. The hierarchy is closed. An unknown or stale operation is ignored.</summary>
public abstract record Input;

/// <summary>The node starts, with what survived on its disk. Always the first input, and given once.</summary>
/// <param name="Journal">The journal, sorted by key.</param>
/// <param name="Blobs">Blobs that are complete and were synced. Others are found again through <see cref="OpenBlob"/>.</param>
/// <param name="Mirror">The entries mirrored so far of each contract, in order from height 0. Their signatures were verified when
/// they were mirrored.</param>
public sealed record Started(
    ImmutableArray<JournalRecord> Journal, ImmutableArray<BlobId> Blobs, ImmutableArray<MirroredContract> Mirror) : Input;

/// <summary>What a node mirrored of one contract. The entries may be read from the disk as they are enumerated.</summary>
public sealed record MirroredContract(ContractId Contract, IReadOnlyCollection<VerifiedEntry> Entries);

/// <summary>Nothing but time has passed: what <see cref="WakeAt"/> asked for.</summary>
public sealed record Woke : Input;

/// <summary>A hint of the backend that a contract has more entries.</summary>
public sealed record LedgerChanged(ContractId Contract) : Input;

/// <summary>Completes an effect that carries an operation.</summary>
public abstract record Completion(OperationId Operation) : Input;

/// <summary>Completes <see cref="ReadLedger"/>.</summary>
public sealed record LedgerRead(OperationId Operation, LedgerPage Page) : Completion(Operation);

/// <summary>Completes <see cref="ReadLedger"/>: the backend did not answer.</summary>
public sealed record LedgerReadFailed(OperationId Operation, string Reason) : Completion(Operation);

/// <summary>Completes <see cref="AppendEntry"/>.</summary>
public sealed record AppendDone(OperationId Operation, AppendOutcome Outcome) : Completion(Operation);

/// <summary>Completes <see cref="Sign"/>.</summary>
public sealed record Signed(OperationId Operation, ImmutableArray<byte> Signature) : Completion(Operation);

/// <summary>Completes <see cref="SaveRecord"/> and <see cref="SaveBlob"/>: it is on disk, directory entry included.</summary>
public sealed record Saved(OperationId Operation) : Completion(Operation);

/// <summary>Completes <see cref="SaveRecord"/> and <see cref="SaveBlob"/>: the disk refuses. The node reports it and tries again.</summary>
public sealed record SaveFailed(OperationId Operation, string Reason) : Completion(Operation);

/// <summary>Work goes on, and says how.</summary>
/// <param name="Operation">Of the <see cref="StartWork"/>.</param>
/// <param name="Report">How it stands; the kernel decides what of it others hear, and when.</param>
public sealed record WorkProgressed(OperationId Operation, WorkReport Report) : Input;

/// <summary>Completes <see cref="StartWork"/>.</summary>
public sealed record WorkEnded(OperationId Operation, WorkReport Report) : Completion(Operation);

/// <summary>Completes <see cref="Compute"/>.</summary>
public sealed record Computed(OperationId Operation, ComputationResult Result) : Completion(Operation);

/// <summary>Completes <see cref="OpenBlob"/>: what is on disk of an unfinished blob, verified.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Manifest">The manifest if it is known.</param>
/// <param name="Chunks">Which chunks are there, one truth value a chunk; empty without a manifest.</param>
public sealed record BlobOpened(OperationId Operation, BlobManifest? Manifest, ImmutableArray<bool> Chunks) : Completion(Operation);

/// <summary>Completes <see cref="FetchManifest"/>: the manifest, checked against the blob's id.</summary>
public sealed record ManifestArrived(OperationId Operation, BlobManifest Manifest) : Completion(Operation);

/// <summary>Completes <see cref="FetchChunk"/>: the chunk was verified and written.</summary>
public sealed record ChunkArrived(OperationId Operation) : Completion(Operation);

/// <summary>Completes <see cref="FetchManifest"/> and <see cref="FetchChunk"/>.</summary>
public sealed record FetchFailed(OperationId Operation, FetchFailure Failure) : Completion(Operation);

/// <summary>Bytes of a chunk on their way: verified progress of a transfer that is not done. Not a completion.</summary>
public sealed record ChunkProgressed(OperationId Operation, int Bytes) : Input;

/// <summary>This node sent so many bytes of a blob to a peer, and the peer's transport took them.</summary>
public sealed record BlobServed(NodeId Peer, BlobId Blob, int Bytes) : Input;

/// <summary>A peer sent a message.</summary>
public sealed record PeerMessageArrived(NodeId Peer, PeerMessage Message) : Input;

/// <summary>A connection with a peer stands.</summary>
public sealed record PeerUp(NodeId Peer) : Input;

/// <summary>The connection with a peer broke.</summary>
public sealed record PeerDown(NodeId Peer) : Input;

/// <summary>A program hands over its update, which is complete in the blob store but not yet synced.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Round">The round that it trained.</param>
/// <param name="Base">The merge that it trained from.</param>
/// <param name="Update">The update.</param>
/// <param name="Bytes">The update's length in bytes.</param>
/// <param name="Weight">Its weight, 1 to 1,000,000.</param>
/// <param name="Metrics">What the program measured.</param>
/// <param name="Final">What this node does from now on, if the program has trained all that it meant to; else null.</param>
public sealed record UpdateReady(
    ContractId Contract, long Round, BlobId Base, BlobId Update, long Bytes, long Weight, UpdateMetrics Metrics, CheckIn? Final = null)
    : Input;
