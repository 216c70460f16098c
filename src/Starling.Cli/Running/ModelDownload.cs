using Starling.Api;
using Starling.Cli.Models;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Merging;

namespace Starling.Cli.Running;

/// <summary>Takes what a run reached from its nodes: the last merge from any of them, or the models of all and their mean.</summary>
/// <param name="folder">The run's folder.</param>
/// <param name="plan">What was set up.</param>
/// <param name="monitor">What the nodes told.</param>
/// <param name="problem">Measures a mean.</param>
internal sealed class ModelDownload(RunFolder folder, RunPlan plan, RunMonitor monitor, RunProblem problem)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    /// <summary>Writes the run's model.</summary>
    /// <returns>What it scored.</returns>
    /// <exception cref="CommandException">No node hands it out.</exception>
    public async Task<Score> TakeAsync(NodeFollower[] followers, CancellationToken cancellation)
    {
        var (final, merge,
            isOwn) = monitor.Look(progress =>
                (progress.Nodes.Select(node => (node.Final, node.FinalModel)).ToList(), progress.LastMerge, progress.HasOwnRounds));
        if (!isOwn)
        {
            await FetchAsync(
                followers,
                merge
                    ?? throw new CommandException(ExitCode.Unexpected, "the run ended without a committed round; look at its nodes' logs."),
                    folder.Model,
                cancellation).ConfigureAwait(false);
            return final.First(node => node.Final is not null).Final!;
        }

        var models = new List<(string Path, long Weight)>();
        for (var i = 0; i < followers.Length; i++)
            if (final[i].FinalModel is { } model)
            {
                var path = Path.Combine(folder.NodeFolder(plan.Nodes[i]), Path.GetFileName(folder.Model));
                await FetchAsync([followers[i]], model, path, cancellation).ConfigureAwait(false);
                models.Add((path, 1));
            }

        var rule = MergeRules.Standard.Find(MergeRules.Default)!;
        ModelMerge.Write(rule, MergeParameters.DefaultsOf(rule), models, IntegerPolicy.Keep, folder.Model, cancellation);
        return problem.Measure(folder.Model);
    }

    private async Task FetchAsync(NodeFollower[] holders, string blob, string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        var draft = path + ".part";
        for (var turn = 0; ; turn++)
        {
            try
            {
                using (var model =
                    await holders[turn % holders.Length].Client.OpenLatestModelAsync(plan.Contract, 0, limit.Token).ConfigureAwait(false))
                using (var file = File.Create(draft))
                    await model.CopyToAsync(file, limit.Token).ConfigureAwait(false);
                if (ModelDigest.Of(draft).ToString() != blob)
                    throw new NodeClientException(ExitCode.CheckFailed,
                        $"{holders[turn % holders.Length].Client.Node} sent another model than the one that the run ended with.");
                File.Move(draft, path, overwrite: true);
                return;
            }
            catch (Exception e) when (e is NodeClientException or HttpRequestException && !limit.IsCancellationRequested)
            {
                File.Delete(draft);
                await Task.Delay(Retry, limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                File.Delete(draft);
                throw new CommandException(ExitCode.Unreachable,
                    $"no node handed out the final model within {Quantity.Time(Limit)}; go on with 'starling run --resume {folder.Path}'.");
            }
        }
    }
}
