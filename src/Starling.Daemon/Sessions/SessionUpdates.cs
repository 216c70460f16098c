using System.Buffers;
using System.Diagnostics;
using Starling.Api.Sessions;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Node.Blobs;
using Starling.Node.Events;
using Starling.Node.Loop;

namespace Starling.Daemon.Sessions;

/// <summary>
/// Takes the updates of programs in: from the socket to the disk, block by block, each hashed and checked, as an update of anyone is, while
/// it is in the processor's cache.
/// </summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="blobs">Where updates go.</param>
internal sealed class SessionUpdates(KernelDriver kernel, BlobStore blobs)
{
    /// <summary>The largest weight of an update.</summary>
    public const long MostWeight = 1_000_000;

    private const int BlockBytes = 256 << 10;

    /// <summary>What a contract demands of updates; null before it is known.</summary>
    public TrainingSettings? Settings(ContractId contract) => kernel.State.Contracts.GetValueOrDefault(contract)?.Fold.Settings;

    /// <summary>What a contract fixes, as a program is told.</summary>
    public static SessionTerms Terms(TrainingSettings settings) => new(
        settings.Protocol, settings.Rounds, settings.SyncInterval, settings.MinPeers, settings.MergeRule, settings.Adaptive is not null,
        MostWeight);

    /// <summary>The members of a contract and those that were, in their order.</summary>
    public IReadOnlyList<NodeId> Members(ContractId contract) => [.. kernel.State.Contracts[contract].Fold.Authors
        .Where(author => author.Value.HasBeenMember).Select(author => author.Key)];

    /// <summary>This node.</summary>
    public NodeId Self => kernel.State.Self.Id;

    /// <summary>Opens the model that an assignment starts from; null if it is not here.</summary>
    public BlobReader? Base(SessionWork work) => blobs.Read(work.Assignment.Base);

    /// <summary>
    /// Stores an update and checks it. One that is refused is read to its end all the same: a program does not listen while it sends.
    /// </summary>
    /// <returns>The update, or why it is refused, in a sentence.</returns>
    public async Task<(UpdateReady? Update, string? Refusal)> TakeAsync(
        SessionWork work, Stream body, long length, (long Weight, UpdateMetrics Metrics, CheckIn? Final) terms,
        CancellationToken cancellation)
    {
        var assignment = work.Assignment;
        if (Settings(assignment.Contract) is not { } settings)
            return (null, $"Contract {assignment.Contract} is not known yet.");
        if (length < 1 || length > settings.MaxModelBytes)
            return (null, $"The update has {length} bytes, and {assignment.Contract} takes updates of 1 to {settings.MaxModelBytes}.");
        BlobId blob;
        try
        {
            (blob,
                var fault) = await StoreAsync(assignment.Contract, new ArrivingModel(settings.SchemaHash, length), body, length,
                    cancellation).ConfigureAwait(false);
            if (fault is not null)
                return (null, Refusal(assignment, fault));
        }
        catch (NoSpaceException full)
        {
            return (null, full.Message);
        }
        catch (EndOfStreamException)
        {
            return (null, $"The update ended before its {length} bytes had come.");
        }

        work.Report(new ProgramTrained(assignment.Contract, assignment.Round, blob, length, Stopwatch.GetElapsedTime(work.Begun),
            terms.Metrics.Loss));
        return (new UpdateReady(assignment.Contract, assignment.Round, assignment.Base, blob, length, terms.Weight, terms.Metrics,
            terms.Final), null);
    }

    /// <summary>Lets an update go that was taken in and is not wanted after all.</summary>
    public void TakeBack(UpdateReady update) => blobs.TakeBack(update.Update);

    private async Task<(BlobId Blob, ModelFileFault? Fault)> StoreAsync(
        ContractId contract, ArrivingModel model, Stream body, long length, CancellationToken cancellation)
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
                model.Push(block.AsSpan(0, count));
                if (model.Fault is null)
                    file.Append(block.AsSpan(0, count));
                left -= count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }

        return model.Fault is null ? (await file.CompleteAsync().ConfigureAwait(false), null) : (BlobId.None, model.Fault);
    }

    private static string Refusal(Assignment assignment, ModelFileFault? fault) => fault switch
    {
        ModelFileFault.NotFinite =>
            $"The update of round {assignment.Round} has a value that is no finite number: training diverged; lower the learning rate.",
        ModelFileFault.WrongSchema =>
            $"The update has other tensors than contract {assignment.Contract}; names, shapes and types must be the same on every member.",
        ModelFileFault.NotCanonical => "The update is no canonical safetensors file: tensors sorted by name and without gaps, no metadata.",
        _ => $"The update is no readable safetensors file ({fault}).",
    };
}
