using Starling.Api;
using Starling.Cli.Models;
using Starling.Cli.Terminal;

namespace Starling.Cli.Running;

/// <summary>Takes a committed model from whichever of a run's nodes hands it out, which may be away or behind for a while.</summary>
/// <param name="contract">The contract whose last model it is.</param>
/// <param name="run">The run's folder, for what a person is told.</param>
internal sealed class ModelDownload(string contract, string run)
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    /// <summary>How long it asks.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Asks one node after the other until it has the model.</summary>
    /// <param name="holders">The nodes.</param>
    /// <param name="blob">The model's blob id, in hexadecimal.</param>
    /// <param name="path">The file to write; it has its name only when it is whole.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="CommandException">No node hands it out within <see cref="Limit"/>.</exception>
    public async Task TakeAsync(IReadOnlyList<NodeClient> holders, string blob, string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        var draft = path + ".part";
        try
        {
            for (var turn = 0; !await IsTakenAsync(holders[turn % holders.Count], blob, draft, limit.Token).ConfigureAwait(false); turn++)
                await Task.Delay(Retry, limit.Token).ConfigureAwait(false);
            File.Move(draft, path, overwrite: true);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.Unreachable,
                $"no node handed out the final model within {Quantity.Time(Limit)}; go on with 'starling run --resume {run}'.");
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private async Task<bool> IsTakenAsync(NodeClient holder, string blob, string draft, CancellationToken cancellation)
    {
        try
        {
            var model = await holder.OpenModelAsync(contract, null, 0, cancellation).ConfigureAwait(false);
            await using (model.ConfigureAwait(false))
            using (var file = File.Create(draft))
                await holder.CopyAsync(model, file, cancellation).ConfigureAwait(false);
            return ModelDigest.Of(draft).ToString() == blob;
        }
        catch (NodeClientException)
        {
            return false;
        }
    }
}
