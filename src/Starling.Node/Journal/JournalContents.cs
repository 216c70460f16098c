using System.Collections.Immutable;
using Starling.Core.Kernel;

namespace Starling.Node.Journal;

/// <summary>What a node finds on its disk when it starts: what <see cref="Started"/> wants of it.</summary>
/// <param name="Records">The records, sorted by key.</param>
/// <param name="Mirror">The entries of each contract, in order from height 0; contracts sorted by name. They are read from the disk as they
/// are enumerated, as long as the journal is open.</param>
public sealed record JournalContents(ImmutableArray<JournalRecord> Records, ImmutableArray<MirroredContract> Mirror);
