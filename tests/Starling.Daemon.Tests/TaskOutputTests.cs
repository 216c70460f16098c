using Starling.Api;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

/// <summary>What a task's program wrote is had whole from the node that ran it, by those who may.</summary>
public sealed class TaskOutputTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task All_that_a_program_wrote_is_given_to_the_admins_of_its_runner_and_to_nobody_else()
    {
        await using var cluster = await Cluster.CreateServingAsync(2, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        // The admin is no admin of the node: it may because the runner is its own.
        cluster.Rewrite(0, "office/admin", "office/other");
        await using var node = await cluster.StartAsync(0, Cancellation);
        var run = await new TestRunner(cluster).CarryOutAsync("talk", TaskKind.PrepareContent, "talk",
            "command: [sh, -c, 'i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; echo all is well >&2; echo x > a']\noutputs: [a]\n", new OnePeer(cluster.Nodes[0]));
        Assert.True(run.State == WorkState.Complete, run.Reason);
        Assert.DoesNotContain("line 0\n", run.Work[cluster.Nodes[0]].Output, StringComparison.Ordinal);
        using var admin = cluster.ClientOf(0);
        Assert.Equal(string.Concat(Enumerable.Range(0, 3000).Select(i => $"line {i}\n")), await ReadAsync(admin, 1, "stdout"));
        Assert.Equal("all is well\n", await ReadAsync(admin, 1, "stderr"));
        Assert.Contains("no program ran for it here", await RefusedAsync(admin, 2, "stdout", ExitCode.Usage), StringComparison.Ordinal);
        Assert.Contains("stdout or stderr", await RefusedAsync(admin, 1, "..%2Fstdout", ExitCode.Usage), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Denied, (await Assert.ThrowsAsync<NodeClientException>(() => admin.GetStatusAsync(Cancellation))).ExitCode);

        using (var peer = cluster.ClientOf(0, cluster.Issue(cluster.Nodes[1], Roles.Operator | Roles.Admin)))
            await RefusedAsync(peer, 1, "stdout", ExitCode.Denied);
        using (var clerk = cluster.ClientOf(0, cluster.Issue(NodeId.Create("test.example", "clinic-0", "clerk"), Roles.Observer)))
            await RefusedAsync(clerk, 1, "stdout", ExitCode.Denied);
        using var owner = cluster.ClientOf(0, cluster.Issue(NodeId.Create("test.example", "clinic-0", "head"), Roles.Admin));
        Assert.Equal("all is well\n", await ReadAsync(owner, 1, "stderr"));
    }

    private static async Task<string> ReadAsync(NodeClient client, long run, string stream)
    {
        await using var output = await client.OpenOutputAsync("runner", run, stream, Cancellation);
        using var reader = new StreamReader(output);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private static async Task<string> RefusedAsync(NodeClient client, long run, string stream, ExitCode code)
    {
        var refused = await Assert.ThrowsAsync<NodeClientException>(() => ReadAsync(client, run, stream));
        Assert.Equal(code, refused.ExitCode);
        return refused.Message;
    }
}
