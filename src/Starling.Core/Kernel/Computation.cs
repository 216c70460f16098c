using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Core.Kernel;

/// <summary>A registered pure function over blobs that the node holds. The hierarchy is closed.</summary>
public abstract record Computation;

/// <summary>Whether an update may enter a merge. Answered by <see cref="Inspected"/>.</summary>
/// <param name="Blob">The update, held.</param>
/// <param name="SchemaHash">The schema that it must have.</param>
public sealed record InspectUpdate(BlobId Blob, Digest SchemaHash) : Computation;

/// <summary>Merge updates into a new blob, written as canonical safetensors. Answered by <see cref="MergeDone"/>.</summary>
/// <param name="Rule">The merge rule's name.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Inputs">Update and weight, sorted by their authors.</param>
/// <param name="Base">The merge that the updates began from, held, for rules that look at changes; <see cref="BlobId.None"/>
/// where there is none.</param>
/// <param name="Own">The node whose own update keeps its integers where the rule chooses none, since it merges for itself alone; none where
/// all members must come to one result.</param>
public sealed record MergeUpdates(
    string Rule, ImmutableArray<KeyValuePair<string, double>> Parameters, ImmutableArray<MergeInput> Inputs, BlobId Base = default,
    NodeId Own = default) : Computation
{
    /// <summary>The place among the inputs of the own update; null if it is not among them.</summary>
    public int? OwnPlace => Inputs.Select(input => input.Author).ToList().IndexOf(Own) is >= 0 and var place ? place : null;
}

/// <summary>Merge some chunks of updates again, and compare them with a merge. Answered by <see cref="MergeAudited"/>.</summary>
/// <param name="Rule">The merge rule's name; it works coordinate by coordinate.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="SchemaHash">The schema that the merge must have.</param>
/// <param name="Inputs">Update and weight, sorted by their authors; of each update these chunks are here.</param>
/// <param name="Merge">The merge, held.</param>
/// <param name="Chunks">Which chunks, sorted.</param>
public sealed record AuditMerge(
    string Rule, ImmutableArray<KeyValuePair<string, double>> Parameters, Digest SchemaHash, ImmutableArray<MergeInput> Inputs,
    BlobId Merge,
    ImmutableArray<int> Chunks) : Computation;

/// <summary>One update that enters a merge.</summary>
public sealed record MergeInput(NodeId Author, BlobId Blob, long Weight);

/// <summary>What a computation found. The hierarchy is closed.</summary>
public abstract record ComputationResult;

/// <summary>The update may enter, or why not.</summary>
/// <param name="Fault">Null if it may; never <see cref="LeftOutReason.Unavailable"/>.</param>
public sealed record Inspected(LeftOutReason? Fault) : ComputationResult;

/// <summary>The merge is in the blob store, complete but not yet synced.</summary>
public sealed record MergeDone(BlobId Merge) : ComputationResult;

/// <summary>Whether the merge is a finite model of the schema in canonical form, and the chunks are what the updates merge to.</summary>
public sealed record MergeAudited(bool Agrees) : ComputationResult;

/// <summary>The computation could not be done: the disk is full, or an input was lost.</summary>
public sealed record ComputationFailed(string Reason) : ComputationResult;
