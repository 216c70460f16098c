using System.Globalization;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Daemon.Tasks;

namespace Starling.Daemon.Tests;

public sealed class OldOutputTests
{
    /// <summary>
    /// Red if the output of runs piles up for ever, if a late run goes before an early one, or if anything goes that is no run's.
    /// </summary>
    [Fact]
    public void The_output_of_the_latest_runs_is_kept()
    {
        var logs = Directory.CreateTempSubdirectory("starling-logs-");
        try
        {
            foreach (var run in Enumerable.Range(1, TaskExecutors.RunsKept + 5))
                File.WriteAllText(Path.Combine(logs.CreateSubdirectory(run.ToString(CultureInfo.InvariantCulture)).FullName, "stdout"),
                    "x");
            logs.CreateSubdirectory("notes");
            TaskExecutors.ForgetOldOutput(logs.FullName);
            Assert.Equal(Enumerable.Range(6, TaskExecutors.RunsKept).Select(run => run.ToString(CultureInfo.InvariantCulture))
                .Append("notes").Order(StringComparer.Ordinal),
                logs.GetDirectories().Select(run => run.Name).Order(StringComparer.Ordinal));
        }
        finally
        {
            logs.Delete(recursive: true);
        }
    }

    /// <summary>Red if a work folder that stays keeps the others from being cleaned, or is not named.</summary>
    [Fact]
    public async Task What_cannot_be_removed_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing stays for root.");
        var folder = Directory.CreateTempSubdirectory("starling-kept-");
        try
        {
            // Nobody can remove a process' threads from there; there are several.
            Directory.CreateSymbolicLink(Path.Combine(folder.CreateSubdirectory("work").FullName, "runner"), "/proc/self/task");
            using var executors = new TaskExecutors(folder.FullName, [], null!);
            var (_, left) = await executors.CleanUpAsync(new StartWork(default!, ContractId.Parse("runner"), 1, null!, 0));
            Assert.Contains(left, sentence => sentence.Contains($"/runner/{Environment.ProcessId} ", StringComparison.Ordinal));
            Assert.NotEmpty(left[1..]);
        }
        finally
        {
            File.Delete(Path.Combine(folder.FullName, "work", "runner"));
            folder.Delete(recursive: true);
        }
    }
}
