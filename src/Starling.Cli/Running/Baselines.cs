using System.Runtime.InteropServices;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Running;

/// <summary>
/// Trains what a swarm is compared with: each node alone, and one over all rows. Kept in the run's folder as soon as each is known.
/// </summary>
internal sealed class Baselines
{
    private const int ProcessPriority = 0;
    private const int Nicest = 19;

    private readonly RunFolder folder;
    private readonly RunPlan plan;
    private readonly RunProblem problem;
    private readonly RunView view;
    private readonly CancellationToken stop;
    private readonly TaskCompletionSource<BaselineResults> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Baselines(RunFolder folder, RunPlan plan, RunProblem problem, RunView view, CancellationToken stop) =>
        (this.folder, this.plan, this.problem, this.view, this.stop) = (folder, plan, problem, view, stop);

    /// <summary>Begins on a thread of its own, which takes only the time that the nodes leave.</summary>
    public static Task<BaselineResults> Begin(RunFolder folder, RunPlan plan, RunProblem problem, RunView view, CancellationToken stop)
    {
        var baselines = new Baselines(folder, plan, problem, view, stop);
        new Thread(baselines.Run) { IsBackground = true, Name = "baselines", Priority = ThreadPriority.Lowest }.Start();
        return baselines.done.Task;
    }

    private void Run()
    {
        try
        {
            // .NET maps no thread priority on Linux; there, a process id of 0 means this thread.
            if (OperatingSystem.IsLinux())
                _ = SetPriority(ProcessPriority, 0, Nicest);
            done.SetResult(Compute());
        }
        catch (OperationCanceledException)
        {
            done.SetCanceled(stop);
        }
        catch (Exception e)
        {
            done.SetException(e);
        }
    }

    private BaselineResults Compute()
    {
        var results = folder.ReadBaselines() ?? new BaselineResults(new Dictionary<string, Score>(), null);
        for (var i = 0; i < plan.Nodes.Count; i++)
        {
            if (results.Alone.ContainsKey(plan.Nodes[i].Name))
                continue;
            results = results with { Alone = new Dictionary<string, Score>(results.Alone) { [plan.Nodes[i].Name] = Alone(i) } };
            folder.Write(results);
        }

        if (results.Pooled is null)
            folder.Write(results = results with { Pooled = Known(() => problem.Pooled(Path.Combine(folder.Path, "pooled"), stop)) });
        return results;
    }

    private Score Alone(int node) => Known(() => problem.Alone(node, Path.Combine(folder.NodeFolder(plan.Nodes[node]), "alone"), stop));

    // A user's program may need what one node alone does not have; the swarm is not worse for that.
    private Score Known(Func<Score> train)
    {
        try
        {
            return train();
        }
        catch (CommandException failure)
        {
            view.Say(failure.Message);
            return Score.None;
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);
}
