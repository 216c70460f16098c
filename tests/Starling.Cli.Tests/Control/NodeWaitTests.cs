using Starling.Api;
using Starling.Cli.Control;

namespace Starling.Cli.Tests.Control;

public sealed class NodeWaitTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1), Long = TimeSpan.FromMinutes(1);

    private readonly NodeClientException silent = new(ExitCode.Unreachable, "it is silent"), refuses = new(ExitCode.Denied, "it refuses");
    private int asked, looked;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if a node that is restarted ends a wait, or is asked before it has read its ledger.</summary>
    [Fact]
    public async Task A_node_that_is_restarted_is_asked_again_once_it_is_ready()
    {
        Assert.Equal(2, await NodeWait.AskAsync(_ => ++asked == 1 ? throw silent : Task.FromResult(asked),
            _ => Task.FromResult(++looked < 3 ? "it starts" : null), Long, Pause, Cancellation));
        Assert.Equal(3, looked);
    }

    /// <summary>Red if a node that never answers is waited for without end, or is told as something else.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("it starts")]
    public async Task One_that_stays_silent_is_told(string? why)
    {
        var told = await Assert.ThrowsAsync<NodeClientException>(() => NodeWait.AskAsync<int>(_ => throw silent,
            _ => Task.FromResult(why), TimeSpan.FromMilliseconds(50), Pause, Cancellation));
        Assert.Equal((ExitCode.Unreachable, "it is silent"), (told.ExitCode, told.Message));
    }

    /// <summary>Red if what will not change is waited for.</summary>
    [Fact]
    public async Task One_that_refuses_is_not_asked_again()
    {
        Assert.Same(refuses, await Assert.ThrowsAsync<NodeClientException>(() =>
            NodeWait.AskAsync<int>(_ => throw refuses, _ => Task.FromResult<string?>(null), Long, Pause, Cancellation)));
        Assert.Same(refuses, await Assert.ThrowsAsync<NodeClientException>(() =>
            NodeWait.AskAsync<int>(_ => throw silent, _ => throw refuses, Long, Pause, Cancellation)));
    }

    /// <summary>Red if a client takes a node's last word on a contract that is too long for its silence.</summary>
    [Fact(Timeout = 60_000)]
    public async Task One_that_says_of_a_contract_that_it_is_too_long_is_asked_once()
    {
        await using var node = new ScriptedNode(async (_, to, cancellation) =>
        {
            asked++;
            await ScriptedNode.BeginAsync(to, "409 Conflict", cancellation);
            await to.WriteAsync("""{"type":"urn:starling:problem:too-long","status":409,"detail":"ask a node that follows it"}"""u8.ToArray(),
                cancellation);
        });
        using var client = node.Client(Long);
        var told = await Assert.ThrowsAsync<NodeClientException>(() => NodeWait.AskAsync(
            cancellation => client.GetContractAsync("long", cancellation), _ => Task.FromResult<string?>(null), Long, Pause, Cancellation));
        Assert.Equal((1, "ask a node that follows it"), (asked, told.Message));
    }

    /// <summary>Red if a wait outlasts what its caller gives it.</summary>
    [Fact]
    public async Task The_caller_s_limit_wins()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            NodeWait.AskAsync<int>(_ => throw silent, _ => Task.FromResult<string?>("it starts"), Long, Pause, limit.Token));
    }
}
