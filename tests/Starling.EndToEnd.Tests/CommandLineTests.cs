using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

public sealed class CommandLineTests
{
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Help_lists_commands_and_ends_well()
    {
        var help = (await StarlingProcess.RunAsync(Path.GetTempPath(), "--help")).Ended(ExitCode.Done);
        foreach (var command in (string[])["run", "runs", "sim", "model", "merge", "ledger", "node"])
            Assert.Contains($"\n  {command} ", help.Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData("run", "starling run examples/digits.yaml")]
    [InlineData("sim", "starling sim examples/synthetic.yaml")]
    [InlineData("merge", "starling merge --out")]
    public async Task A_command_s_help_ends_with_examples(string command, string example) =>
        Assert.Contains(example, (await StarlingProcess.RunAsync(Path.GetTempPath(), command, "--help")).Ended(ExitCode.Done).Output,
            StringComparison.Ordinal);

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task The_version_is_told() =>
        Assert.StartsWith("0.", (await StarlingProcess.RunAsync(Path.GetTempPath(), "--version")).Ended(ExitCode.Done).Output,
            StringComparison.Ordinal);

    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData("rnu", "did you mean 'run'?")]
    [InlineData("merge --rle mean --out x a b", "did you mean '--rule'?")]
    [InlineData("run examples/digits.yaml --jsn", "did you mean '--json'?")]
    [InlineData("ledger verfy x", "did you mean 'verify'?")]
    [InlineData("run", "name an experiment's file")]
    [InlineData("run x.yaml --resume y", "leave the file, --set and --seed out")]
    [InlineData("runs", "needs one of list, show, compare, remove")]
    public async Task What_cannot_be_understood_is_named_with_what_was_meant(string line, string hint)
    {
        var result = (await StarlingProcess.RunAsync(Path.GetTempPath(), line.Split(' '))).Ended(ExitCode.Usage);
        Assert.Contains(hint, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }
}
