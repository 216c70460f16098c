using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Core.Ledger;

/// <summary>What somebody saw of a history before. The hierarchy is closed.</summary>
public abstract record LedgerWitness;

/// <summary>The chain hash after so many entries.</summary>
public sealed record WitnessedHead(long Height, Digest ChainHash) : LedgerWitness;

/// <summary>The ids of the first entries, as a node mirrored them.</summary>
public sealed record WitnessedEntries(ImmutableArray<EntryId> Ids) : LedgerWitness;
