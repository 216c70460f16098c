using Starling.Core.Identity;

namespace Starling.Core.Kernel;

/// <summary>What nodes tell each other outside the ledger: hints, on which no safety rests. The hierarchy is closed.</summary>
public abstract record PeerMessage;

/// <summary>The contract's ledger has at least this many entries.</summary>
public sealed record LedgerHint(ContractId Contract, long Height) : PeerMessage;
