using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Merging;
using Starling.Core.Models;
using Starling.Core.Training;

namespace Starling.Simulation.Nodes;

/// <summary>What may enter a merge, and the merge itself, on bytes in memory. The honest nodes and the checkers that recompute a merge share it.</summary>
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
        return ModelCheck.Inspect(state, state.Schema) is null ? null : LeftOutReason.NotFinite;
    }

    /// <summary>The merge of updates as canonical bytes; null if there is none.</summary>
    public static byte[]? Merge(string rule, ImmutableArray<KeyValuePair<string, double>> parameters, IEnumerable<(ReadOnlyMemory<byte> Update, long Weight)> updates)
    {
        var states = new List<(ModelState, long)>();
        foreach (var (update, weight) in updates)
        {
            if (Safetensors.Read(update.Span).State is not { } state)
                return null;
            states.Add((state, weight));
        }

        var found = MergeRules.Standard.Find(rule) ?? throw new InvalidOperationException($"There is no merge rule '{rule}'.");
        var merged = Merger.Merge(found, states, MergeParameters.Check(found, parameters).Parameters).State;
        return merged is null ? null : Safetensors.Write(merged);
    }
}
