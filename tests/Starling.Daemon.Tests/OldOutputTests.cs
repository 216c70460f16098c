using System.Globalization;
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
}
