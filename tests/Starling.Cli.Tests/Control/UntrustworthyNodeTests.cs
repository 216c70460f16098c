using System.Text;
using System.Text.Json;
using Starling.Api;
using Starling.Api.Events;
using Starling.Api.Tasks;
using Starling.Cli.Control.Tasks;

namespace Starling.Cli.Tests.Control;

/// <summary>Nodes that answer without end, or stop in the middle of an answer.</summary>
public sealed class UntrustworthyNodeTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(4);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if an answer, or why one is refused, is taken into memory for as long as it comes.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData("200 OK", ExitCode.Unexpected, "more than 16777216 bytes came")]
    [InlineData("403 Forbidden", ExitCode.Denied, "answered with HTTP status 403")]
    public async Task Json_that_does_not_end_is_given_up(string status, ExitCode code, string words)
    {
        await using var node = new ScriptedNode(async (_, to, cancellation) =>
        {
            await ScriptedNode.BeginAsync(to, status, cancellation);
            await to.WriteAsync(Encoding.ASCII.GetBytes("{\"node\":\"x\",\"detail\":\""), cancellation);
            await ScriptedNode.GoOnForEverAsync(to, cancellation);
        });
        using var client = node.Client(TimeSpan.FromSeconds(30));
        var given = await Assert.ThrowsAsync<NodeClientException>(() => client.GetHealthAsync(Cancellation));
        Assert.Equal(code, given.ExitCode);
        Assert.Contains(words, given.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if whoever waits for a node whose host lost its power waits for ever, or is told that he stopped the command himself.
    /// </summary>
    [Theory(Timeout = 60_000)]
    [InlineData("200 OK", "nothing came for 4 seconds")]
    [InlineData("503 Service Unavailable", "answered with HTTP status 503")]
    public async Task An_answer_that_stalls_is_told_as_a_node_that_is_gone(string status, string words)
    {
        await using var node = new ScriptedNode(async (_, to, cancellation) =>
        {
            await ScriptedNode.BeginAsync(to, status, cancellation, "Content-Length: 1000\r\n");
            await to.WriteAsync("{"u8.ToArray(), cancellation);
            await ScriptedNode.SilenceAsync(cancellation);
        });
        using var client = node.Client(Short);
        await GoneAsync(words, client.GetHealthAsync(Cancellation));
        if (!status.StartsWith("200", StringComparison.Ordinal))
            return;
        await using var model = await client.OpenModelAsync("trial", null, 0, Cancellation);
        using var file = new MemoryStream();
        await GoneAsync(words, client.CopyAsync(model, file, Cancellation));
        Assert.Equal(1, file.Length);
        await using var content = await client.OpenContentAsync("code", Cancellation);
        Assert.Equal(words, (await Assert.ThrowsAsync<IOException>(() => content.CopyToAsync(file, Cancellation))).Message);
        Assert.Equal(2, file.Length);
    }

    /// <summary>Red if events that are far apart count as silence.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Events_may_be_far_apart()
    {
        await using var node = new ScriptedNode(async (_, to, cancellation) =>
        {
            await ScriptedNode.BeginAsync(to, "200 OK", cancellation);
            await Task.Delay(2 * Short, cancellation);
            var told = JsonSerializer.Serialize(new NodeStoppingEvent(7, DateTimeOffset.UnixEpoch, "over"), ApiJson.Default.ApiEvent);
            await to.WriteAsync(Encoding.UTF8.GetBytes($"data: {told}\n\n"), cancellation);
        });
        using var client = node.Client(Short);
        var events = new List<ApiEvent>();
        await foreach (var told in client.GetEventsAsync(0, Cancellation))
            events.Add(told);
        Assert.Equal(7, Assert.IsType<NodeStoppingEvent>(Assert.Single(events)).Cursor);
    }

    /// <summary>Red if an operator's node decides how much memory its admin's command takes, or how long it waits.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(true, "more than 1048576 bytes came")]
    [InlineData(false, "nothing came for 4 seconds")]
    public async Task Output_that_does_not_end_or_stalls_leaves_the_end_of_it(bool isEndless, string words)
    {
        await using var node = new ScriptedNode(async (path, to, cancellation) =>
        {
            await ScriptedNode.BeginAsync(to, "200 OK", cancellation);
            if (path.StartsWith("/v1/nodes", StringComparison.Ordinal))
                await JsonSerializer.SerializeAsync(to,
                    new Page<NodeDescription>([new NodeDescription(ScriptedNode.Id, "clinic", true, true, [], [])], null),
                    ApiJson.Default.PageNodeDescription, cancellation);
            else if (isEndless)
                await ScriptedNode.GoOnForEverAsync(to, cancellation);
            else
                await ScriptedNode.SilenceAsync(cancellation);
        });
        using var session = node.Session(Short);
        var work = new OperatorWork(ScriptedNode.Id, WorkWord.Complete, "done", 0, 1, 1, 0, "its end");
        var whole = Assert.Single(await new WholeOutput(session).OfAsync("lab", 1, [work], Cancellation));
        Assert.Equal($"(only the end of the output: {words})\nits end", whole.Output);
    }

    private static async Task GoneAsync(string words, Task ask)
    {
        var gone = await Assert.ThrowsAsync<NodeClientException>(() => ask);
        Assert.Equal(ExitCode.Unreachable, gone.ExitCode);
        Assert.Contains(words, gone.Message, StringComparison.Ordinal);
    }
}
