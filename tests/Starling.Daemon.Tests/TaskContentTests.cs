using Starling.Api;
using Starling.Api.Tasks;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

/// <summary>
/// Tasks that train nothing: content is prepared on one host, fetched by others of other organisations, put in the place
/// of older, and cleaned up.
/// </summary>
public sealed class TaskContentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Content_that_one_host_prepares_the_others_fetch_by_its_digest()
    {
        await using var cluster = await Cluster.CreateServingAsync(2, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        await using var second = await cluster.StartAsync(1, Cancellation);
        var runner = new TestRunner(cluster);

        var prepared = await runner.CarryOutAsync("prepare", TaskKind.PrepareContent, "code",
            "command: [sh, -c, 'mkdir lib; echo one > lib/a.txt; printf two > b.txt; echo ignored > c.txt']\noutputs: [lib/a.txt, b.txt]\n",
            new OnePeer(cluster.Nodes[0]));
        Assert.Equal(WorkState.Complete, prepared.State);
        var report = prepared.Work[cluster.Nodes[0]];
        Assert.Equal(0, report.ExitCode);
        var digest = report.Description.Split(' ')[^1].TrimEnd('.');

        var wrong = await runner.CarryOutAsync("wrong", TaskKind.FetchContent, "",
            $"from: {cluster.Nodes[0]}\ncontent: code\ndigest: {new string('0', 64)}\n", new OnePeer(cluster.Nodes[1]));
        Assert.Equal(WorkState.Failed, wrong.State);
        Assert.Contains(digest, wrong.Work[cluster.Nodes[1]].Description, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(cluster.NodeFolder(1), "content", $"code@{digest}")));

        var fetched = await runner.CarryOutAsync("fetch", TaskKind.FetchContent, "",
            $"from: {cluster.Nodes[0]}\ncontent: code\ndigest: {digest}\n", new AllPeers());
        Assert.True(fetched.State == WorkState.Complete, fetched.Reason);
        var folder = Path.Combine(cluster.NodeFolder(1), "content", $"code@{digest}");
        Assert.Equal(["b.txt", "lib/a.txt"],
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file))
                .Order(StringComparer.Ordinal));
        Assert.Equal("one\n", await File.ReadAllTextAsync(Path.Combine(folder, "lib", "a.txt"), Cancellation));

        await runner.CarryOutAsync("newer", TaskKind.PrepareContent, "code-2",
            "command: [sh, -c, 'printf three > b.txt']\noutputs: [b.txt]\n", new OnePeer(cluster.Nodes[0]));
        var upgraded = await runner.CarryOutAsync("upgrade", TaskKind.UpgradeProgram, "", "content: code\nwith: code-2\n",
            new OnePeer(cluster.Nodes[0]));
        Assert.Contains(digest, upgraded.Work[cluster.Nodes[0]].Description, StringComparison.Ordinal);
        var used = await runner.CarryOutAsync("use", TaskKind.PrepareContent, "copy",
            "command: [sh, -c, 'cp $STARLING_CONTENT_CODE/b.txt out.txt; cat out.txt']\ncontent: [code]\noutputs: [out.txt]\n",
            new OnePeer(cluster.Nodes[0]));
        Assert.Equal("three", used.Work[cluster.Nodes[0]].Output);
        Assert.Equal(WorkState.Complete, (await runner.CarryOutAsync("stop", TaskKind.StopPrograms, "", "", new AllPeers())).State);
    }

    [Fact]
    public async Task A_program_that_fails_tells_its_exit_code_and_its_last_words()
    {
        await using var cluster = await Cluster.CreateServingAsync(1, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        var failed = await new TestRunner(cluster).CarryOutAsync(
            "fail", TaskKind.PrepareContent, "code", "command: [sh, -c, 'echo all is lost >&2; exit 7']\noutputs: [b.txt]\n",
            new AllPeers());
        var report = failed.Work[cluster.Nodes[0]];
        Assert.Equal((WorkState.Failed, 7, "all is lost"), (report.State, report.ExitCode, report.Output));
    }

    /// <summary>Red if what was copied of outputs stays when one of them is refused, or files with holes fill the disk.</summary>
    [Theory]
    [InlineData("echo one > a; truncate -s 200M b", "limits.disk")]
    [InlineData("echo one > a", "left no b")]
    [InlineData("echo one > a; ln -s a b", "is not collected")]
    public async Task Outputs_that_are_not_kept_leave_nothing(string script, string why)
    {
        await using var cluster = await Cluster.CreateServingAsync(1, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        var failed = await new TestRunner(cluster).CarryOutAsync("prepare", TaskKind.PrepareContent, "code",
            $"command: [sh, -c, '{script}']\noutputs: [a, b]\nlimits: {{ disk: 1MiB }}\n", new AllPeers());
        var report = failed.Work[cluster.Nodes[0]];
        Assert.Equal(WorkState.Failed, report.State);
        Assert.Contains(why, report.Description, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(cluster.NodeFolder(0), "content", ".staging")));
    }

    /// <summary>Red if what a program leaves, such as names that are no text, fails its task or those that clean up.</summary>
    [Fact]
    public async Task What_a_program_leaves_in_its_folder_fails_no_task()
    {
        await using var cluster = await Cluster.CreateServingAsync(1, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        var runner = new TestRunner(cluster);
        const string body = "command: [sh, -c, 'echo one > a; f=$(printf \"f\\377\"); mkdir $f; echo x > $f/x; exit CODE']\noutputs: [a]\n";
        foreach (var (run, code, end) in new[] { ("make", "0", WorkState.Complete), ("fail", "1", WorkState.Failed) })
        {
            var made = await runner.CarryOutAsync(run, TaskKind.PrepareContent, "code",
                body.Replace("CODE", code, StringComparison.Ordinal), new AllPeers());
            Assert.True(made.State == end, made.Work[cluster.Nodes[0]].Description);
        }

        var stopped = await runner.CarryOutAsync("stop", TaskKind.StopPrograms, "", "", new AllPeers());
        Assert.True(stopped.State == WorkState.Complete, stopped.Work[cluster.Nodes[0]].Description);
        Assert.Contains("; 1 work folders were removed", stopped.Work[cluster.Nodes[0]].Description, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.Combine(cluster.NodeFolder(0), "work", "runner")));
    }

    [Fact]
    public async Task A_program_that_is_not_allowed_here_does_not_run()
    {
        await using var cluster = await Cluster.CreateServingAsync(1, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        var failed = await new TestRunner(cluster).CarryOutAsync(
            "no", TaskKind.PrepareContent, "code", "command: [sh, -c, 'exit 0']\nexecutor: sandbox\noutputs: [b.txt]\n", new AllPeers());
        Assert.Contains("tasks.executors", failed.Work[cluster.Nodes[0]].Description, StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if a run with all peers waits for an operator whose owner does not have its kind carried out, or if
    /// nobody hears which one that is.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task An_operator_that_refuses_a_kind_says_so_and_all_peers_are_the_others()
    {
        await using var cluster = await Cluster.CreateServingAsync(2, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        cluster.Rewrite(1, "tasks:\n", "tasks:\n  accept: [run-training]\n");
        await using var first = await cluster.StartAsync(0, Cancellation);
        await using var second = await cluster.StartAsync(1, Cancellation);
        var run = await new TestRunner(cluster).CarryOutAsync("prepare", TaskKind.PrepareContent, "code",
            "command: [sh, -c, 'echo one > a.txt']\noutputs: [a.txt]\n", new AllPeers());
        Assert.Equal((WorkState.Complete, "1 of 1 have completed it; 1 refused it"), (run.State, run.Reason));

        using var client = cluster.ClientOf(0);
        var told = await client.GetRunAsync("runner", 1, null, Cancellation);
        for (; told.Run.State == WorkWord.Running; told = await client.GetRunAsync("runner", 1, null, Cancellation))
            await Task.Delay(20, Cancellation);
        Assert.Equal((1, 1, 1), (told.Run.Wanted, told.Run.Complete, told.Run.Refused));
        var refused = told.Work.Items.Single(work => work.State == WorkWord.Refused);
        Assert.Equal(cluster.Nodes[1].Value, refused.Operator);
        Assert.Contains("no task of the kind prepare-content", refused.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_is_given_to_operators_of_the_runner_and_to_no_stranger()
    {
        await using var cluster = await Cluster.CreateServingAsync(2, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        await new TestRunner(cluster).CarryOutAsync("prepare", TaskKind.PrepareContent, "code",
            "command: [sh, -c, 'echo one > a.txt']\noutputs: [a.txt]\n", new OnePeer(cluster.Nodes[0]));
        using (var peer = cluster.ClientOf(0, cluster.Issue(cluster.Nodes[1], Roles.Operator)))
        {
            await (await peer.OpenContentAsync("code", Cancellation)).DisposeAsync();
            Assert.Equal(ExitCode.Denied,
                (await Assert.ThrowsAsync<NodeClientException>(() => peer.GetStatusAsync(Cancellation))).ExitCode);
        }

        using var stranger = cluster.ClientOf(0, cluster.Issue(NodeId.Create("test.example", "street", "x"), Roles.Operator));
        Assert.Equal(ExitCode.Denied,
            (await Assert.ThrowsAsync<NodeClientException>(() => stranger.OpenContentAsync("code", Cancellation))).ExitCode);
    }
}
