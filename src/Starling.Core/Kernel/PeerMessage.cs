using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Kernel;

/// <summary>What nodes tell each other outside the ledger: hints, on which no safety rests. The hierarchy is closed.</summary>
public abstract record PeerMessage;

/// <summary>The contract's ledger has at least this many entries.</summary>
public sealed record LedgerHint(ContractId Contract, long Height) : PeerMessage;

/// <summary>A word of the contract's sync protocol, which alone knows what it means.</summary>
/// <param name="Contract">The contract.</param>
/// <param name="Payload">At most <see cref="MaxPayloadBytes"/>.</param>
public sealed record ProtocolMessage(ContractId Contract, ImmutableArray<byte> Payload) : PeerMessage
{
    /// <summary>The longest payload: it names blobs and never holds them.</summary>
    public const int MaxPayloadBytes = 4096;
}
