using Starling.Core.Identity;

namespace Starling.Core.Kernel;

/// <summary>What an operation was for. The hierarchy is closed.</summary>
public abstract record Awaited;

/// <summary>What a contract is in need of: once it is set aside, nobody is.</summary>
public abstract record AwaitedFor(ContractId Contract) : Awaited;

/// <summary>A read of a contract's ledger.</summary>
public sealed record AwaitedRead(ContractId Contract) : AwaitedFor(Contract);

/// <summary>The signature of a contract's next entry.</summary>
public sealed record AwaitedSignature(ContractId Contract) : AwaitedFor(Contract);

/// <summary>The journal record of a contract's next entry.</summary>
public sealed record AwaitedEntrySave(ContractId Contract) : AwaitedFor(Contract);

/// <summary>A backend's word on an append.</summary>
public sealed record AwaitedAppend(ContractId Contract) : AwaitedFor(Contract);

/// <summary>The journal record of a contract's local update.</summary>
public sealed record AwaitedUpdateSave(ContractId Contract) : AwaitedFor(Contract);

/// <summary>A blob's sync to disk.</summary>
public sealed record AwaitedBlobSave(BlobId Blob) : Awaited;

/// <summary>An inspection of an update.</summary>
public sealed record AwaitedInspection(ContractId Contract, BlobId Blob) : AwaitedFor(Contract);

/// <summary>A merge.</summary>
public sealed record AwaitedMerge(ContractId Contract) : AwaitedFor(Contract);

/// <summary>The journal record of work that a node begins for a task runner.</summary>
public sealed record AwaitedWorkSave(ContractId Runner) : Awaited;

/// <summary>Work for a task runner.</summary>
public sealed record AwaitedWork(ContractId Runner) : Awaited;

/// <summary>Something that the contract's sync protocol alone understands: it takes the completion, whatever that is.</summary>
public abstract record AwaitedByProtocol(ContractId Contract) : AwaitedFor(Contract);

/// <summary>The list of a proposed merge's chunks, to draw from.</summary>
public sealed record AwaitedMergeOpening(ContractId Contract) : AwaitedByProtocol(Contract);

/// <summary>A sampled audit.</summary>
public sealed record AwaitedAudit(ContractId Contract) : AwaitedByProtocol(Contract);

/// <summary>The journal record of where a sync protocol stands.</summary>
public sealed record AwaitedProtocolSave(ContractId Contract) : AwaitedByProtocol(Contract);
