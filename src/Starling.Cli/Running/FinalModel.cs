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
internal sealed class FinalModel(RunFolder folder, RunPlan plan, RunMonitor monitor, RunProblem problem)
{
    private readonly ModelDownload download = new(plan.Contract, folder.Path);

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
            await download.TakeAsync(
                [.. followers.Select(follower => follower.Client)],
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
                await download.TakeAsync([followers[i].Client], model, path, cancellation).ConfigureAwait(false);
                models.Add((path, 1));
            }

        var rule = MergeRules.Standard.Find(MergeRules.Default)!;
        ModelMerge.Write(rule, MergeParameters.DefaultsOf(rule), models, IntegerPolicy.Keep, folder.Model, cancellation);
        return problem.Measure(folder.Model);
    }
}
