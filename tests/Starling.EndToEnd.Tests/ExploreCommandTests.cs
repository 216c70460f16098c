using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>Explorations as a user starts them.</summary>
public sealed class ExploreCommandTests
{
    /// <summary>Red if an exploration that visits every state does not say so, or an option is not taken.</summary>
    [Theory(Timeout = TimeLimit.Quick)]
    [InlineData("--nodes 2 --fault byzantine")]
    [InlineData("--nodes 3 --min-peers 3 --audit off --fault death --times 1 --ready --pipelined")]
    [InlineData("--nodes 2 --audit sampled --fault lostdisk --scope kernel --ready")]
    public async Task Every_state_is_visited_and_counted(string options)
    {
        var told = (await ExploreAsync([.. options.Split(' '), "--json"])).Ended(ExitCode.Done).Json();
        Assert.True(told.GetProperty("whole").GetBoolean());
        Assert.Equal(0, told.GetProperty("violations").GetInt32());
        Assert.True(told.GetProperty("edges").GetInt64() > told.GetProperty("states").GetInt32());
        var text = (await ExploreAsync(options.Split(' '))).Ended(ExitCode.Done).Output.Split('\n')[^1];
        Assert.StartsWith(
            $"states {told.GetProperty("states")}, edges {told.GetProperty("edges")}, depth {told.GetProperty("depth")}, owing {told.GetProperty("owing")}, violations 0, seconds ",
            text, StringComparison.Ordinal);
    }

    /// <summary>Red if an exploration that gave up passes for one that found nothing.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Who_gives_up_says_so_and_fails()
    {
        var told = await ExploreAsync(["--fault", "byzantine", "--most-states", "1000", "--json"]);
        told.Ended(ExitCode.CheckFailed);
        Assert.False(told.Json().GetProperty("whole").GetBoolean());
        Assert.Equal(0, told.Json().GetProperty("violations").GetInt32());
        Assert.Contains("gave up after 1000 states; raise --most-states", told.Error, StringComparison.Ordinal);
    }

    /// <summary>Red if what cannot be explored is not told, all of it at once.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task What_cannot_be_explored_is_told_at_once()
    {
        var refused = (await ExploreAsync(["--nodes", "7", "--min-peers", "8", "--scope", "kernel", "--pipelined"])).Ended(ExitCode.Usage);
        foreach (var words in (string[])["nodes is 7; it must be 2 to 6", "minPeers is 8", "pipelined is for the fold alone"])
            Assert.Contains(words, refused.Error, StringComparison.Ordinal);
    }

    private static Task<CommandResult> ExploreAsync(IEnumerable<string> options) =>
        StarlingProcess.RunAsync(Path.GetTempPath(), ["explore", .. options]);
}
