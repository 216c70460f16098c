using System.Collections.Immutable;
using Starling.Api.Checks;
using Starling.Daemon.Configuration;
using Starling.Node.Executors;

namespace Starling.Daemon.Checks;

/// <summary>What the executors that the owner allows keep on this host, and what not.</summary>
internal static class ExecutorCheck
{
    private const string Name = "executor";

    public static async Task<ImmutableArray<CheckResult>> ExamineAsync(TaskConfiguration? tasks, CancellationToken cancellation)
    {
        if (tasks is null)
            return [CheckResult.Ok(Name, "The node works for no task runner, and runs no programs of tasks.")];
        var results = ImmutableArray.CreateBuilder<CheckResult>();
        // Under a name of its own: an executor ends what an earlier one of its name left, and the node's works go on.
        var folder = Directory.CreateTempSubdirectory("starling-doctor-");
        try
        {
            foreach (var name in tasks.Executors)
            {
                cancellation.ThrowIfCancellationRequested();
                var options =
                    new ExecutorOptions { Owner = $"doctor-{Environment.ProcessId}", Folder = Path.Combine(folder.FullName, name) };
                results.AddRange(await DescribeAsync(name, options).ConfigureAwait(false));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return results.ToImmutable();
    }

    private static async Task<IEnumerable<CheckResult>> DescribeAsync(string name, ExecutorOptions options)
    {
        try
        {
            var described = (await KnownExecutors.OpenAsync(name, options).ConfigureAwait(false)).Describe();
            return described.NotEnforced
                .Select(sentence => CheckResult.Warn(Name, $"{name}: {sentence}", "See docs/executors.md for what the host must give."))
                .Prepend(CheckResult.Ok(Name, $"{name} works here, and keeps {described.Enforced.Length} promises."));
        }
        catch (ExecutorException e)
        {
            return [CheckResult.Fail(Name, $"{name} does not work here: {e.Message}",
                "Mend that, or take it out of 'tasks.executors' in node.yaml.")];
        }
    }
}
