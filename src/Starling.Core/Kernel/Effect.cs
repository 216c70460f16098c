using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;

namespace Starling.Core.Kernel;

/// <summary>What a node's kernel asks for. The edge carries it out and decides nothing. The hierarchy is closed.</summary>
public abstract record Effect;

/// <summary>An effect that will be completed by an input with the same operation, unless it is cancelled or the node stops.</summary>
public abstract record Operation(OperationId Id) : Effect;

/// <summary>Write a journal record and sync it. Completed by <see cref="Saved"/> or <see cref="SaveFailed"/>.</summary>
public sealed record SaveRecord(OperationId Id, JournalRecord Record) : Operation(Id);

/// <summary>Sync a complete blob, directory entry included. Completed by <see cref="Saved"/> or <see cref="SaveFailed"/>.</summary>
public sealed record SaveBlob(OperationId Id, BlobId Blob) : Operation(Id);

/// <summary>Sign an entry's bytes with the node's key. Completed by <see cref="Signed"/>.</summary>
public sealed record Sign(OperationId Id, ImmutableArray<byte> Bytes) : Operation(Id);

/// <summary>Append an entry. Completed by <see cref="AppendDone"/>.</summary>
/// <param name="Id">The operation.</param>
/// <param name="Entry">The signed entry.</param>
/// <param name="After">Saves that must be completed first; the kernel names only saves whose completion it has seen or that it asked for in
/// this step or before.</param>
public sealed record AppendEntry(OperationId Id, SignedEntry Entry, ImmutableArray<OperationId> After) : Operation(Id);

/// <summary>Read a page of final entries. Completed by <see cref="LedgerRead"/> or <see cref="LedgerReadFailed"/>.</summary>
public sealed record ReadLedger(OperationId Id, ContractId Contract, long From) : Operation(Id);

/// <summary>
/// Keep folded entries in the mirror, from this height on, replacing what is there. Need not be synced at once; nothing completes it.
/// </summary>
public sealed record MirrorEntries(ContractId Contract, long From, ImmutableArray<VerifiedEntry> Entries) : Effect;

/// <summary>Say what is on disk of a blob. Completed by <see cref="BlobOpened"/>.</summary>
public sealed record OpenBlob(OperationId Id, BlobId Blob) : Operation(Id);

/// <summary>
/// Get a blob's manifest from a peer and store it. Completed by <see cref="ManifestArrived"/> or <see cref="FetchFailed"/>.
/// </summary>
/// <param name="Id">The operation.</param>
/// <param name="Contract">The contract whose quota the blob counts against.</param>
/// <param name="Peer">Whom to ask.</param>
/// <param name="Blob">The blob.</param>
/// <param name="MaxBytes">The largest blob that is accepted.</param>
public sealed record FetchManifest(OperationId Id, ContractId Contract, NodeId Peer, BlobId Blob, long MaxBytes) : Operation(Id);

/// <summary>
/// Get a chunk from a peer, verify it against its hash and write it. Completed by <see cref="ChunkArrived"/> or <see cref="FetchFailed"/>.
/// </summary>
/// <param name="Id">The operation.</param>
/// <param name="Peer">Whom to ask.</param>
/// <param name="Blob">The blob.</param>
/// <param name="Chunk">The chunk's index.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Hash">Its hash.</param>
public sealed record FetchChunk(OperationId Id, NodeId Peer, BlobId Blob, int Chunk, int Length, Digest Hash) : Operation(Id);

/// <summary>Run a registered pure function. Completed by <see cref="Computed"/>.</summary>
public sealed record Compute(OperationId Id, Computation Computation) : Operation(Id);

/// <summary>Forget an operation. Its completion, should it come, is ignored.</summary>
public sealed record Cancel(OperationId Id) : Effect;

/// <summary>Serve a blob to these nodes and to nobody else; replaces what was said before. An empty audience serves nobody.</summary>
public sealed record Share(BlobId Blob, ContractId Contract, ImmutableArray<NodeId> Audience) : Effect;

/// <summary>No contract needs this blob any more: it may go.</summary>
public sealed record Release(BlobId Blob) : Effect;

/// <summary>Send a message to a peer if a connection stands; otherwise drop it.</summary>
public sealed record Send(NodeId Peer, PeerMessage Message) : Effect;

/// <summary>Keep connections with these nodes, and with no others; replaces what was said before.</summary>
public sealed record KeepPeers(ImmutableArray<NodeId> Peers) : Effect;

/// <summary>Give a program its next work; replaces what it had.</summary>
public sealed record Deliver(Assignment Assignment) : Effect;

/// <summary>
/// Carry a task out. It says how that goes by <see cref="WorkProgressed"/>, and is completed by <see cref="WorkEnded"/>. Cancelling it ends
/// the work, and everything that it started.
/// </summary>
/// <param name="Id">The operation.</param>
/// <param name="Runner">The task runner.</param>
/// <param name="Run">The run of the task.</param>
/// <param name="Task">What to do.</param>
/// <param name="Attempt">Which attempt of this node it is, from 1. What an earlier one left is to be ended first.</param>
public sealed record StartWork(OperationId Id, ContractId Runner, long Run, TaskDefinition Task, int Attempt) : Operation(Id);

/// <summary>
/// Give <see cref="Woke"/> at this moment, instead of at the one asked for before. <see cref="Instant.Never"/> for not at all.
/// </summary>
public sealed record WakeAt(Instant At) : Effect;

/// <summary>Tell whoever watches.</summary>
public sealed record Report(NodeEvent Event) : Effect;

/// <summary>Stop: going on could break a promise.</summary>
public sealed record Halt(HaltReason Reason, string Detail) : Effect;
