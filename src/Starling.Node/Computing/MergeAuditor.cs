using Starling.Core.Blobs;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;
using Starling.Node.Blobs;

namespace Starling.Node.Computing;

/// <summary>Checks a proposed merge by some chunks, of which the updates' are here, and the merge itself as a model.</summary>
internal sealed class MergeAuditor(BlobStore store, MergeRules rules)
{
    /// <summary>Audits.</summary>
    /// <returns><see cref="MergeAudited"/>; <see cref="ComputationFailed"/> if something that is needed is not here.</returns>
    public ComputationResult Audit(AuditMerge audit, CancellationToken cancellation)
    {
        if (rules.Find(audit.Rule) is not { } rule)
            return new ComputationFailed($"The merge rule '{audit.Rule}' is unknown; known are {string.Join(", ", rules.Names)}.");
        var (parameters, errors) = MergeParameters.Check(rule, audit.Parameters);
        if (parameters is null)
            return new ComputationFailed(string.Join(' ', errors));
        using var merge = BlobModel.Open(store.Read(audit.Merge), cancellation);
        if (merge is null)
            return new ComputationFailed($"Merge {audit.Merge.Short} is not here whole.");
        if (merge.Source is not { } model || model.Schema.Hash != audit.SchemaHash || !IsSound(model))
            return new MergeAudited(Agrees: false);
        var updates = new List<BlobReader>();
        try
        {
            foreach (var input in audit.Inputs)
            {
                if (store.ReadChunks(input.Blob, audit.Chunks) is not { } update)
                    return Lacks(input, merge.Manifest)
                        ? new MergeAudited(Agrees: false)
                        : new ComputationFailed($"Chunks of update {input.Blob.Short} of {input.Author} are not here.");
                updates.Add(update);
                if (update.Length != merge.Manifest.Length)
                    return new MergeAudited(Agrees: false);
            }

            var pieces = audit.Chunks
                .Select(chunk => new ByteRange((long)chunk * merge.Manifest.ChunkBytes, merge.Manifest.LengthOf(chunk))).ToArray();
            return new MergeAudited(MergeSample.Agrees(
                rule, parameters, merge.Header!, [.. audit.Inputs.Zip(updates, (input, update) => ((IByteSource)update, input.Weight))],
                merge, pieces));
        }
        finally
        {
            foreach (var update in updates)
                update.Dispose();
        }
    }

    // An update of another length has no such chunk, and never will.
    private bool Lacks(MergeInput input, BlobManifest merge) =>
        store.Manifest(input.Blob) is { } manifest && manifest.Length != merge.Length;

    private static bool IsSound(SafetensorsSource model)
    {
        try
        {
            return ModelCheck.Inspect(model) is null;
        }
        catch (InvalidDataException)
        {
            // A truth value that is neither 0 nor 1.
            return false;
        }
    }
}
