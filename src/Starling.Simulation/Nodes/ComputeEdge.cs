using Starling.Core.Kernel;
using Starling.Simulation.Storage;

namespace Starling.Simulation.Nodes;

/// <summary>Runs the registered functions on the real bytes of a node's blobs, in virtual time.</summary>
internal sealed class ComputeEdge(SimulatedProcess process, SeededRandom random)
{
    public void Carry(Compute work)
    {
        var time = random.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(50)) * process.Node.Slowness;
        var fails = random.Chance(process.World.Faults.ComputationFailure);
        process.Later(time, () =>
        {
            // What was given up makes nothing.
            if (process.IsOpen(work.Id))
                process.Complete(new Computed(work.Id, fails
                    ? new ComputationFailed("no room") : process.Node.Liar?.Pretend(work) ?? Run(work.Computation)));
        });
    }

    private ComputationResult Run(Computation computation) => computation switch
    {
        InspectUpdate inspect => Inspect(inspect),
        MergeUpdates merge => Merge(merge),
        AuditMerge audit => Audit(audit),
        _ => throw new InvalidOperationException($"The simulated edge cannot compute {computation.GetType().Name}."),
    };

    private ComputationResult Inspect(InspectUpdate inspect)
    {
        var blob = process.Node.Disk.Blob(inspect.Blob);
        if (blob is not { IsComplete: true })
            return new ComputationFailed("the update was lost");
        var inspected = new Inspected(Admission.Judge(blob.Content, inspect.SchemaHash));
        return process.Node.Liar?.Inspect(inspected) ?? inspected;
    }

    private ComputationResult Audit(AuditMerge audit)
    {
        if (process.Node.Disk.Blob(audit.Merge) is not { IsComplete: true } merge)
            return new ComputationFailed("the merge was lost");
        var inputs = new List<(SimulatedBlob Update, long Weight)>();
        foreach (var input in audit.Inputs)
        {
            if (process.Node.Disk.Blob(input.Blob) is not { } update)
                return new ComputationFailed("an update was lost");
            if (update.Manifest.Length != merge.Manifest.Length)
                return new MergeAudited(Agrees: false);
            if (!audit.Chunks.All(update.Has))
                return new ComputationFailed("a chunk was lost");
            inputs.Add((update, input.Weight));
        }

        var agrees = process.World.Hooks.AuditBlindly
            || (Admission.Judge(merge.Content, audit.SchemaHash) is null && Admission.Agrees(audit, merge, inputs));
        return process.Node.Liar?.Audit(agrees) ?? new MergeAudited(agrees);
    }

    private ComputationResult Merge(MergeUpdates merge)
    {
        if (process.Node.Liar?.Dawdles() == true)
            return new ComputationFailed("it does not want to");
        var inputs = new List<(ReadOnlyMemory<byte> Update, long Weight)>();
        foreach (var input in merge.Inputs)
        {
            if (process.Node.Disk.Blob(input.Blob) is not { IsComplete: true } blob)
                return new ComputationFailed("an update was lost");
            inputs.Add((blob.Content.ToArray(), input.Weight));
        }

        var start = merge.Base.IsNone ? null : process.Node.Disk.Blob(merge.Base);
        if (start is { IsComplete: false } || (start is null && !merge.Base.IsNone))
            return new ComputationFailed("the base was lost");
        var bytes = Admission.Merge(merge.Rule, merge.Parameters, inputs, start is null ? [] : start.Content, merge.OwnPlace);
        if (bytes is null)
            return new ComputationFailed("an update cannot be read");
        bytes = process.Node.Liar?.Merge(bytes) ?? bytes;
        if (process.World.Hooks.MergeByIndex)
            bytes[^1] ^= (byte)(1 + process.Node.Index);
        return new MergeDone(process.World.Store(process.Node, bytes));
    }
}
