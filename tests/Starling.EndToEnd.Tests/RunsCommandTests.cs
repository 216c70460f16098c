using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

public sealed class RunsCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>Red if what no command goes on with or removes is listed as a run, or left without saying why.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_folder_that_is_no_run_is_not_listed_and_its_refusal_says_what_it_may_be()
    {
        foreach (var file in (string[])["runs/small-1/.starling-run", "runs/small-1/experiment.yaml", "runs/clinic/experiment.yaml"])
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, Path.GetDirectoryName(file)!));
            folder.Write(file, "");
        }

        var listed = await OutputAsync("runs", "list");
        Assert.Contains("small-1", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("clinic", listed, StringComparison.Ordinal);
        var refused = (await StarlingProcess.RunAsync(folder.Path, "runs", "remove", "clinic")).Ended(ExitCode.Usage).Error;
        Assert.Contains("clinic is not touched: it is no run, or one that an earlier version never set up, which is to be removed by hand",
            refused, StringComparison.Ordinal);
        var cleaned = await OutputAsync("clean", "--yes");
        Assert.Contains("clinic is not touched", cleaned, StringComparison.Ordinal);
        Assert.Equal(["clinic"], Directory.GetDirectories(Path.Combine(folder.Path, "runs")).Select(Path.GetFileName));
    }

    private async Task<string> OutputAsync(params string[] words) =>
        (await StarlingProcess.RunAsync(folder.Path, words)).Ended(ExitCode.Done).Output;
}
