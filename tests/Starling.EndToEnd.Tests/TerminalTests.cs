using System.Diagnostics;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

public sealed class TerminalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData(80, false)]
    [InlineData(140, true)]
    public async Task A_live_table_breaks_no_heading_at_any_usual_width(int columns, bool showsTraffic)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/script"),
            "this system has no script(1) of util-linux to make a terminal");
        folder.WriteExperiment(nodes: 2, minPeers: 2, rounds: 2);
        var command = $"stty cols {columns} rows 30; dotnet '{Path.Combine(AppContext.BaseDirectory, "starling.dll")}' run small.yaml";
        var start = new ProcessStartInfo("/usr/bin/script", ["-qec", command, "/dev/null"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            Environment = { ["TERM"] = "xterm" },
        };
        var shown = (await GuardedProcess.RunAsync(start)).Ended(ExitCode.Done).Output;
        Assert.Contains("merged", shown, StringComparison.Ordinal);
        Assert.Contains("accuracy", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("accur…", shown, StringComparison.Ordinal);
        Assert.Equal(showsTraffic, shown.Contains("received", StringComparison.Ordinal));
    }
}
