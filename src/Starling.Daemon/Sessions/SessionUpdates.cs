using System.Buffers;
using System.Diagnostics;
using Starling.Api.Sessions;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Node.Blobs;
using Starling.Node.Computing;
using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Daemon.Sessions;

/// <summary>Takes the updates of programs in: from the socket to the disk, block by block, and checked there as an update of anyone is.</summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="blobs">Where updates go.</param>
/// <param name="computer">Checks them.</param>
internal sealed class SessionUpdates(KernelDriver kernel, BlobStore blobs, ComputationExecutor computer)
{
    /// <summary>The largest weight of an update.</summary>
    public const long MostWeight = 1_000_000;

    private const int BlockBytes = 256 << 10;

    /// <summary>What a contract demands of updates; null before it is known.</summary>
    public TrainingSettings? Settings(ContractId contract) => kernel.State.Contracts.GetValueOrDefault(contract)?.Fold.Settings;

    /// <summary>What a contract fixes, as a program is told.</summary>
    public static SessionTerms Terms(TrainingSettings settings) => new(
        settings.Protocol, settings.Rounds, settings.SyncInterval, settings.MinPeers, settings.MergeRule, settings.Adaptive is not null, MostWeight);

    /// <summary>The members of a contract, in their order.</summary>
    public IReadOnlyList<NodeId> Members(ContractId contract) => [.. kernel.State.Contracts[contract].Fold.Authors
        .Where(author => author.Value.Standing != Standing.Outside || !author.Value.IsAdmin).Select(author => author.Key)];

    /// <summary>This node.</summary>
    public NodeId Self => kernel.State.Self.Id;

    /// <summary>Opens the model that an assignment starts from; null if it is not here.</summary>
    public BlobReader? Base(SessionWork work) => blobs.Read(work.Assignment.Base);

    /// <summary>Stores an update and checks it.</summary>
    /// <returns>The update, or why it is refused, in a sentence.</returns>
    public async Task<(UpdateReady? Update, string? Refusal)> TakeAsync(
        SessionWork work, Stream body, long length, (long Weight, UpdateMetrics Metrics, CheckIn? Final) terms, CancellationToken cancellation)
    {
        var assignment = work.Assignment;
        if (Settings(assignment.Contract) is not { } settings)
            return (null, $"Contract {assignment.Contract} is not known yet.");
        if (length < 1 || length > settings.MaxModelBytes)
            return (null, $"The update has {length} bytes, and {assignment.Contract} takes updates of 1 to {settings.MaxModelBytes}.");
        BlobId blob;
        try
        {
            blob = await StoreAsync(assignment.Contract, body, length, cancellation).ConfigureAwait(false);
        }
        catch (NoSpaceException full)
        {
            return (null, full.Message);
        }
        catch (EndOfStreamException)
        {
            return (null, $"The update ended before its {length} bytes had come.");
        }

        var checkedUpdate = await computer.RunAsync(new InspectUpdate(blob, settings.SchemaHash), cancellation).ConfigureAwait(false);
        if (checkedUpdate is not Inspected { Fault: null })
        {
            blobs.Release(blob);
            return (null, Refusal(assignment, checkedUpdate));
        }

        work.Report(new ProgramTrained(assignment.Contract, assignment.Round, blob, length, Stopwatch.GetElapsedTime(work.Begun), terms.Metrics.Loss));
        return (new UpdateReady(assignment.Contract, assignment.Round, assignment.Base, blob, length, terms.Weight, terms.Metrics, terms.Final), null);
    }

    private async Task<BlobId> StoreAsync(ContractId contract, Stream body, long length, CancellationToken cancellation)
    {
        using var file = blobs.Create(contract, length);
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (var left = length; left > 0;)
            {
                var count = await body.ReadAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), cancellation).ConfigureAwait(false);
                if (count == 0)
                    throw new EndOfStreamException();
                file.Append(block.AsSpan(0, count));
                left -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return await file.CompleteAsync().ConfigureAwait(false);
    }

    private static string Refusal(Assignment assignment, ComputationResult result) => result switch
    {
        Inspected { Fault: LeftOutReason.NotFinite } => $"The update of round {assignment.Round} has a value that is no finite number: training diverged; lower the learning rate.",
        Inspected { Fault: LeftOutReason.WrongSchema } => $"The update has other tensors than contract {assignment.Contract}; names, shapes and types must be the same on every member.",
        Inspected { Fault: LeftOutReason.NotCanonical } => "The update is no canonical safetensors file: tensors sorted by name and without gaps, no metadata.",
        Inspected { Fault: var fault } => $"The update is no readable safetensors file ({fault}).",
        ComputationFailed failed => failed.Reason,
        _ => "The update could not be checked.",
    };
}
