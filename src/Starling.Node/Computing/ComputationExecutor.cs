using System.Buffers;
using System.Diagnostics;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Node.Blobs;

namespace Starling.Node.Computing;

/// <summary>
/// Carries out computations on blobs in the store. Models are read and written piece by piece, so memory grows neither with their size
/// nor with how many there are.
/// </summary>
/// <param name="store">Where the blobs are.</param>
/// <param name="rules">The merge rules that are known.</param>
/// <param name="cores">How many cores a merge may use, at least 1; <see cref="Environment.ProcessorCount"/> for all.</param>
public sealed class ComputationExecutor(BlobStore store, MergeRules rules, int cores)
{
    private const int BlockBytes = 256 << 10;

    /// <summary>Computes on the pool.</summary>
    /// <returns>The result; <see cref="ComputationFailed"/> if the disk is full, the disk fails, or an input is not here whole.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled. Nothing is left behind.</exception>
    public Task<ComputationResult> RunAsync(Computation computation, CancellationToken cancellation) =>
        Task.Run(() => Run(computation, cancellation), cancellation);

    private async Task<ComputationResult> Run(Computation computation, CancellationToken cancellation)
    {
        var kind = computation.GetType().Name;
        using var activity = BlobTelemetry.Source.StartActivity(kind);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var result = computation switch
            {
                InspectUpdate inspect => Inspect(inspect, cancellation),
                MergeUpdates merge => await MergeAsync(merge, cancellation).ConfigureAwait(false),
                AuditMerge audit => new MergeAuditor(store, rules).Audit(audit, cancellation),
                _ => throw new ArgumentException($"{kind} is no computation of this node.", nameof(computation)),
            };
            if (result is ComputationFailed failed)
                activity?.SetStatus(ActivityStatusCode.Error, failed.Reason);
            return result;
        }
        catch (IOException fault)
        {
            activity?.SetStatus(ActivityStatusCode.Error, fault.Message);
            return new ComputationFailed(fault.Message);
        }
        finally
        {
            BlobTelemetry.ComputeTime.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>("kind", kind));
        }
    }

    private ComputationResult Inspect(InspectUpdate inspect, CancellationToken cancellation)
    {
        using var file = store.Read(inspect.Blob);
        if (file is null)
            return new ComputationFailed($"Update {inspect.Blob.Short} is not here whole.");
        var model = new ArrivingModel(inspect.SchemaHash, file.Length);
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (var at = 0L; at < file.Length && model.Fault is null; at += BlockBytes)
            {
                cancellation.ThrowIfCancellationRequested();
                var bytes = block.AsSpan(0, (int)Math.Min(BlockBytes, file.Length - at));
                file.Read(at, bytes);
                model.Push(bytes);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return new Inspected(model.Fault switch
        {
            null => null,
            ModelFileFault.WrongSchema => LeftOutReason.WrongSchema,
            ModelFileFault.NotCanonical => LeftOutReason.NotCanonical,
            ModelFileFault.NotFinite => LeftOutReason.NotFinite,
            _ => LeftOutReason.Unreadable,
        });
    }

    private async Task<ComputationResult> MergeAsync(MergeUpdates merge, CancellationToken cancellation)
    {
        if (rules.Find(merge.Rule) is not { } rule)
            return new ComputationFailed($"The merge rule '{merge.Rule}' is unknown; known are {string.Join(", ", rules.Names)}.");
        var (parameters, errors) = MergeParameters.Check(rule, merge.Parameters);
        if (parameters is null)
            return new ComputationFailed(string.Join(' ', errors));
        if (merge.Inputs.Length is 0 or > MergeInputs.MaxCount)
            return new ComputationFailed($"A merge takes 1 to {MergeInputs.MaxCount} updates, not {merge.Inputs.Length}.");
        var models = new List<BlobModel>();
        try
        {
            foreach (var input in merge.Inputs)
                if (Open(input.Blob, $"Update {input.Blob.Short} of {input.Author}", models, cancellation) is { } fault)
                    return fault;
            if (!merge.Base.IsNone
                && Open(merge.Base, $"Merge {merge.Base.Short}, which the updates began from,", models, cancellation) is { } lost)
                return lost;
            var inputs = MergeInputs.ByAuthor(
                merge.Inputs.Zip(models, (i, m) => (i.Author, new WeightedModel(m.Source!, i.Weight))),
                merge.Base.IsNone ? null : models[^1].Source, merge.Own);
            return await WriteAsync(rule, parameters, inputs, models[0], cancellation).ConfigureAwait(false);
        }
        finally
        {
            foreach (var model in models)
                model.Dispose();
        }
    }

    private ComputationFailed? Open(BlobId blob, string name, List<BlobModel> models, CancellationToken cancellation)
    {
        if (BlobModel.Open(store.Read(blob), cancellation) is not { } model)
            return new ComputationFailed($"{name} is not here whole.");
        models.Add(model);
        return model.Source is null ? new ComputationFailed($"{name} is no model.") : null;
    }

    private async Task<ComputationResult> WriteAsync(
        IMergeRule rule, MergeParameters parameters, MergeInputs inputs, BlobModel first, CancellationToken cancellation)
    {
        var header = SafetensorsHeader.For(inputs.Schema);
        using var writer = store.Create(first.Contract, header.FileLength);
        writer.Write(0, header.CanonicalBytes());
        var sink = new SafetensorsSink(header, writer);
        var fault = Merger.Merge(rule, parameters, inputs, IntegerPolicy.Keep, sink, new ParallelBlocks(cores, cancellation));
        if (fault is { Kind: MergeFaultKind.TooFewStates })
            return new ComputationFailed($"The merge rule '{rule.Name}' takes at least {fault.Element} updates with its parameters, and there are {inputs.Count}; raise minPeers or lower the rule's parameters.");
        if (fault is not null)
            return new ComputationFailed($"The merge has a fault: {fault.Kind} in input {fault.Input} at element {fault.Element}.");
        return new MergeDone(await writer.CompleteAsync().ConfigureAwait(false));
    }
}
