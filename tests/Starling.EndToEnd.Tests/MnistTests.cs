using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>The real MNIST over real nodes. <c>./test --full</c> says in STARLING_MNIST where its files lie.</summary>
[Collection(nameof(Alone))]
public sealed class MnistTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Full)]
    [Trait("Category", "Full")]
    public async Task Five_nodes_of_four_classes_reach_97_percent()
    {
        var data = Environment.GetEnvironmentVariable("STARLING_MNIST");
        Assert.False(string.IsNullOrEmpty(data), "STARLING_MNIST must name a folder of the IDX files; ./test --full sees to it.");
        var result =
            (await StarlingProcess.RunAsync(folder.Path, "run", Examples.Path("mnist.yaml"), "--set", $"data.folder={data}", "--json"))
            .Ended(ExitCode.Done).Json();
        Assert.InRange(result.GetProperty("accuracy").GetProperty("swarm").GetDouble(), 0.97, 1);
        // docs/promises.md: in under 5 minutes.
        Assert.InRange(result.GetProperty("seconds").GetDouble(), 0, 300);
        Assert.All(result.GetProperty("accuracy").GetProperty("alone").EnumerateObject(),
            node => Assert.InRange(node.Value.GetDouble(), 0, 0.5));
    }
}
