using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>A program that cannot go on must not leave its run waiting without a word.</summary>
public sealed class DivergingProgramTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_run_whose_training_diverges_ends_and_says_why()
    {
        await File.WriteAllLinesAsync(folder["huge.csv"],
            ["a,b,label", .. Enumerable.Range(1, 80).Select(row => $"{row}e30,-{row}e30,{row % 2}")],
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder["huge.yaml"], """
            name: huge
            nodes: 3
            data: { set: csv, file: huge.csv, label: label, split: { by: iid } }
            program: { kind: softmax, learningRate: 1, batch: 8 }
            training: { rounds: 5, syncInterval: 5, minPeers: 2 }
            """, TestContext.Current.CancellationToken);
        var ended = (await StarlingProcess.RunAsync(folder.Path, "run", "huge.yaml")).Ended(ExitCode.Program);
        Assert.Contains("training diverged in round 1: weights are no longer finite; lower program.learningRate", ended.Error,
            StringComparison.Ordinal);
    }
}
