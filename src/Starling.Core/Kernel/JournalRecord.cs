using System.Collections.Immutable;

namespace Starling.Core.Kernel;

/// <summary>A named value in a node's journal. Saving replaces the value of that key, or removes it if the value is empty.</summary>
/// <param name="Key">At most 256 characters.</param>
/// <param name="Value">Canonical bytes.</param>
public sealed record JournalRecord(string Key, ImmutableArray<byte> Value);
