using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

public sealed class MergeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Models_are_merged_and_shown()
    {
        folder.WriteModel("a", 1, 2, 3);
        folder.WriteModel("b", 5, 2, -1);
        var merge = await StarlingProcess.RunAsync(folder.Path, "merge", "--weights", "3,1", "--out", "m", "--json", "a", "b");
        Assert.Equal(folder["m"], merge.Ended(ExitCode.Done).Json().GetProperty("model").GetString());
        var shown = (await StarlingProcess.RunAsync(folder.Path, "model", "show", "m", "--json")).Ended(ExitCode.Done).Json();
        Assert.Equal(merge.Json().GetProperty("merged").GetString(), shown.GetProperty("merged").GetString());
        var tensor = shown.GetProperty("tensors")[0];
        Assert.Equal((2.0, 2.0, 2.0),
            (tensor.GetProperty("minimum").GetDouble(), tensor.GetProperty("maximum").GetDouble(), tensor.GetProperty("mean").GetDouble()));
    }

    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData("a c", ExitCode.Data, "c: element 1 of tensor 'weight' is a NaN or infinite")]
    [InlineData("a d", ExitCode.Data, "tensor 'weight' is F32 [2] in the one and F32 [3] in the other")]
    [InlineData("a e", ExitCode.Data, "e: is not a safetensors file")]
    [InlineData("a missing", ExitCode.Data, "missing: there is no such file")]
    [InlineData("--weights 1 a a", ExitCode.Usage, "--weights has 1 values for 2 models")]
    [InlineData("--weights 1,0 a a", ExitCode.Usage, "--weights has '0'")]
    [InlineData("--rule men a", ExitCode.Usage, "did you mean 'mean'?")]
    [InlineData("--param x=1 a", ExitCode.Usage, "has no parameters")]
    public async Task What_cannot_be_merged_is_one_clear_sentence_and_leaves_nothing(string arguments, ExitCode code, string sentence)
    {
        folder.WriteModel("a", 1, 2, 3);
        folder.WriteModel("c", 1, float.NaN, 3);
        folder.WriteModel("d", 1, 2);
        folder.Write("e", "no model at all");
        var files = Directory.GetFiles(folder.Path);
        var result = (await StarlingProcess.RunAsync(folder.Path, ["merge", "--out", "m", .. arguments.Split(' ')])).Ended(code);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.Split('\n'));
        Assert.Equal(files.Order(), Directory.GetFiles(folder.Path).Order());
    }
}
