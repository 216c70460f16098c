using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Simulation.Storage;

namespace Starling.Simulation.Nodes;

/// <summary>
/// What may enter a merge, and the merge itself, on bytes in memory. The honest nodes and the checkers that recompute a merge share it.
/// </summary>
internal static class Admission
{
    /// <summary>Why an update may not enter a merge; null if it may.</summary>
    public static LeftOutReason? Judge(ReadOnlySpan<byte> update, Digest schemaHash)
    {
        var state = Safetensors.Read(update).State;
        if (state is null)
            return LeftOutReason.Unreadable;
        if (state.Schema.Hash != schemaHash)
            return LeftOutReason.WrongSchema;
        if (!update.StartsWith(SafetensorsHeader.For(state.Schema).CanonicalBytes()))
            return LeftOutReason.NotCanonical;
        return ModelCheck.Inspect(state) is null ? null : LeftOutReason.NotFinite;
    }

    /// <summary>Whether the chunks of a merge are what the updates merge to.</summary>
    public static bool Agrees(AuditMerge audit, SimulatedBlob merge, IEnumerable<(SimulatedBlob Update, long Weight)> updates)
    {
        var rule = Rule(audit.Rule);
        var header = SafetensorsHeader.Read(merge.Content, merge.Content.Length).Header!;
        return MergeSample.Agrees(rule, MergeParameters.Check(rule, audit.Parameters).Parameters!, header,
            [.. updates.Select(u => ((IByteSource)u.Update, u.Weight))], merge,
            [.. audit.Chunks.Select(chunk => new ByteRange((long)chunk * merge.Manifest.ChunkBytes, merge.Manifest.LengthOf(chunk)))]);
    }

    /// <summary>The merge of updates as canonical bytes; null if there is none.</summary>
    /// <param name="rule">The rule's name.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="updates">The updates with their weights, in the order of their authors.</param>
    /// <param name="start">The merge that they began from; empty where there is none.</param>
    /// <param name="own">The place of the merging node's own, where it merges for itself alone.</param>
    public static byte[]? Merge(
        string rule, ImmutableArray<KeyValuePair<string, double>> parameters,
        IEnumerable<(ReadOnlyMemory<byte> Update, long Weight)> updates, ReadOnlySpan<byte> start, int? own = null)
    {
        var states = new List<(ModelState, long)>();
        foreach (var (update, weight) in updates)
        {
            if (Safetensors.Read(update.Span).State is not { } state)
                return null;
            states.Add((state, weight));
        }

        var found = Rule(rule);
        var merged = Merger.Merge(
            found, states, MergeParameters.Check(found, parameters).Parameters,
            reference: start.IsEmpty ? null : Safetensors.Read(start).State, own: own).State;
        return merged is null ? null : Safetensors.Write(merged);
    }

    private static IMergeRule Rule(string name) =>
        MergeRules.Standard.Find(name) ?? throw new InvalidOperationException($"There is no merge rule '{name}'.");
}
