using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task All_mistakes_of_an_experiment_are_listed_with_their_places()
    {
        folder.Write("bad.yaml", """
            name: bad
            nodes: 3
            data: { set: digit }
            traning:
              rounds: 5
            training:
              minPeers: 4
              merge: { rule: men }
            """);
        var result = (await StarlingProcess.RunAsync(folder.Path, "run", "bad.yaml")).Ended(ExitCode.Configuration);
        Assert.Contains("bad.yaml:3: data.set is 'digit'", result.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean 'digits'?", result.Error, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:4: traning is not a setting; did you mean 'training'?", result.Error, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:7: training.minPeers is 4, but there are only 3 nodes", result.Error, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:8: training.merge.rule", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["runs"]));
    }

    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData("run missing.yaml", ExitCode.Configuration, "missing.yaml: there is no such file")]
    [InlineData("run small.yaml --set training.rounds=many", ExitCode.Configuration, "--set training.rounds")]
    [InlineData("run small.yaml --set data.set=idx --set data.folder=nowhere --set program.kind=mlp", ExitCode.Data,
        "nowhere: there is no such folder")]
    [InlineData("run small.yaml --set data.set=csv --set data.file=broken.csv --set program.kind=mlp", ExitCode.Data,
        "broken.csv, line 3: has 1 fields")]
    [InlineData("run --resume small-1", ExitCode.Usage, "there is no run 'small-1'")]
    [InlineData("sim small.yaml --seeds 0", ExitCode.Usage, "--seeds is 0")]
    [InlineData("ledger verify nothing", ExitCode.Usage, "there is no run 'nothing'")]
    [InlineData("node start --config missing.yaml", ExitCode.Configuration, "missing.yaml: there is no such file")]
    [InlineData("model eval small.yaml --data digits", ExitCode.Data, "small.yaml: is not a safetensors file")]
    public async Task Other_bad_input_is_a_sentence_and_leaves_nothing(string arguments, ExitCode code, string sentence)
    {
        folder.WriteExperiment(nodes: 2, minPeers: 2, rounds: 1);
        folder.Write("broken.csv", "a,b\n1,2\n3\n");
        var result = (await StarlingProcess.RunAsync(folder.Path, arguments.Split(' '))).Ended(code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder["runs"]));
    }
}
