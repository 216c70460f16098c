using Starling.Api;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Daemon.Tasks;
using Starling.Daemon.Tests.Clusters;
using Starling.Node.Identity;

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

    /// <summary>Red if who decides one task runner of a node reads what the programs of its others wrote.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Admins_of_one_runner_are_not_given_the_output_of_another()
    {
        await using var cluster = await Cluster.CreateServingAsync(1, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        using var chief = new EntryAuthor(null!, cluster.Issue(NodeId.Create("test.example", "elsewhere", "chief"), Roles.Admin));
        var founding = SignedEntry.Decode(chief.Founding("second", RunnerEntryCodec.Encode(new FoundRunner(
            [[.. cluster.Anchors[0].RawData]], [chief.Enrolment],
            [new Enrolment(cluster.Nodes[0], true, PemCertificates.Read(cluster.Configuration(0).Identity.Certificate))]))));
        await cluster.AppendAsync(founding, Cancellation);
        cluster.Rewrite(0, "\nrunner:", $"\nrunners: [{{ id: second, founding: {founding.Id} }}]\nrunner:");
        cluster.Rewrite(0, "office/admin", "office/other");
        foreach (var runner in (string[])["runner", "second"])
            await File.WriteAllTextAsync(Path.Combine(
                Directory.CreateDirectory(TaskExecutors.LogFolder(cluster.NodeFolder(0), ContractId.Parse(runner), 1)).FullName,
                "stdout.log"), $"of {runner}", Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        using var first = cluster.ClientOf(0);
        using var second = cluster.ClientOf(0, cluster.Issue(chief.Id, Roles.Admin));
        Assert.Equal("of runner", await ReadSoonAsync(first, "runner"));
        Assert.Equal("of second", await ReadSoonAsync(second, "second"));
        Assert.Contains("its admins what its own programs wrote", await RefusedAsync(first, 1, "stdout", ExitCode.Denied, "second"),
            StringComparison.Ordinal);
        await RefusedAsync(second, 1, "stdout", ExitCode.Denied);
    }

    // The node knows who decides a task runner once it has read that on the ledger.
    private static async Task<string> ReadSoonAsync(NodeClient client, string runner)
    {
        while (true)
            try
            {
                return await ReadAsync(client, 1, "stdout", runner);
            }
            catch (NodeClientException e) when (e.ExitCode == ExitCode.Denied)
            {
                await Task.Delay(20, Cancellation);
            }
    }

    private static async Task<string> ReadAsync(NodeClient client, long run, string stream, string runner = "runner")
    {
        await using var output = await client.OpenOutputAsync(runner, run, stream, Cancellation);
        using var reader = new StreamReader(output);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private static async Task<string> RefusedAsync(NodeClient client, long run, string stream, ExitCode code, string runner = "runner")
    {
        var refused = await Assert.ThrowsAsync<NodeClientException>(() => ReadAsync(client, run, stream, runner));
        Assert.Equal(code, refused.ExitCode);
        return refused.Message;
    }
}
