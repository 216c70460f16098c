using System.Text.Json;
using Starling.Api;
using Starling.Core.Identity;
using Starling.EndToEnd.Tests.Processes;
using Starling.Ledgers.Tests.Etcd;
using Starling.Node.Identity;

namespace Starling.EndToEnd.Tests;

/// <summary>What whoever looks after a host does with its node, by commands against a process that serves.</summary>
public sealed class NodeHostTests
{
    /// <summary>
    /// Red if a node that runs can be taken away, if it does not end when it is told to, or if what is left of it does not make it again.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_node_is_looked_at_drained_backed_up_removed_restored_and_stopped()
    {
        await using var nodes = new ServingNodes(1);
        await nodes.ProvisionAsync();
        var node = nodes.Start(0);
        await nodes.RunAsync("wait-for", nodes.Address, "--retries", "600", "--pause", "200ms");
        await nodes.RunAsync(["runner", "create", "lab", "--operators", .. nodes.Certificates]);
        await nodes.RunAsync("wait-for", "--retries", "600", "--pause", "200ms");
        var status = (await OwnAsync("status", "--json")).GetProperty("status");
        Assert.Equal(("spiffe://lab.example/clinic-0/node", "serving"),
            (status.GetProperty("node").GetString(), status.GetProperty("phase").GetString()));
        Assert.Contains("0 of 0 connected", (await nodes.RunAsync("node", "status", "--config", ServingNodes.File(0))).Output,
            StringComparison.Ordinal);

        var silent = $"127.0.0.1:{EtcdCluster.FreePorts(1)[0]}";
        Assert.Contains(silent, (await nodes.RunAsync("doctor", "--config", ServingNodes.File(0), "--peer", silent)).Output,
            StringComparison.Ordinal);
        var late = (await StarlingProcess.RunAsync(nodes.Folder.Path, "wait-for", silent, "--retries", "1", "--pause", "10ms"))
            .Ended(ExitCode.TimedOut);
        Assert.Contains($"{silent} was not there in 2 tries", late.Error, StringComparison.Ordinal);

        await RefusedAsync(ExitCode.Disk, "runs; stop it first", "uninstall", "--yes");
        await RefusedAsync(ExitCode.Disk, "runs", "backup", "early.tar.gz");
        Assert.True((await OwnAsync("drain", "--json")).GetProperty("stopped").GetBoolean());
        (await node.EndAsync()).Ended(ExitCode.Done);
        await RefusedAsync(ExitCode.Unreachable, "does not answer", "status");
        File.Move(nodes.Folder["ledger.db"], nodes.Folder["away.db"]);
        var ill = (await StarlingProcess.RunAsync(nodes.Folder.Path, "doctor", "--config", ServingNodes.File(0)))
            .Ended(ExitCode.CheckFailed);
        Assert.Matches("(?m)^FAIL +ledger +There is no ledger at ", ill.Output);
        File.Move(nodes.Folder["away.db"], nodes.Folder["ledger.db"]);

        var backup = nodes.Folder["node.tar.gz"];
        Assert.True((await OwnAsync("backup", backup, "--with-identity", "--json")).GetProperty("secret").GetBoolean());
        await RefusedAsync(ExitCode.Usage, "say --yes", "uninstall", "--identity");
        var removed = (await OwnAsync("uninstall", "--identity", "--yes", "--json")).GetProperty("removed").EnumerateArray()
            .Select(path => Path.GetFileName(path.GetString())).ToList();
        Assert.Equal([], new[] { "journal.db", "events.jsonl", "format", "node.yaml", "node.pem", "node.key" }.Except(removed));
        Assert.False(Directory.Exists(nodes.Folder["node-0"]));

        var restored = (await nodes.RunAsync("node", "restore", backup, "--config", ServingNodes.File(0), "--json")).Json();
        Assert.False(restored.TryGetProperty("missingKey", out _));
        node = nodes.Start(0);
        await nodes.RunAsync("wait-for", "--retries", "600", "--pause", "200ms");
        Assert.Contains("has stopped", (await nodes.RunAsync("node", "stop", "--config", ServingNodes.File(0))).Output,
            StringComparison.Ordinal);
        (await node.EndAsync()).Ended(ExitCode.Done);

        async Task<JsonElement> OwnAsync(params string[] words) =>
            (await nodes.RunAsync(["node", .. words, "--config", ServingNodes.File(0)])).Json();
        async Task RefusedAsync(ExitCode code, string why, params string[] words) => Assert.Contains(
            why, (await StarlingProcess.RunAsync(nodes.Folder.Path,
                ["node", .. words, "--config", ServingNodes.File(0)])).Ended(code).Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if a host's own commands do not know its node again by the certificate that it shows, which others made and it need not believe.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_node_that_shows_a_certificate_of_another_trust_domain_is_looked_at_and_drained()
    {
        await using var nodes = new ServingNodes(1) { Executors = ["process"] };
        await nodes.ProvisionAsync();
        using (var others = CertificateAuthority.Create("prod.example", TimeProvider.System))
        using (var shown = others.Issue(NodeId.Parse("spiffe://prod.example/ml/trainer"), Roles.Operator, TimeProvider.System))
            shown.Save(nodes.Folder["node-0/shown.pem"], nodes.Folder["node-0/shown.key"]);
        var file = nodes.Folder[ServingNodes.File(0)];
        await File.WriteAllTextAsync(file,
            (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).Replace("identity:\n",
                "identity:\n  shown: { certificate: shown.pem, key: shown.key }\n", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        var node = nodes.Start(0);
        await nodes.RunAsync("wait-for", nodes.Address, "--retries", "600", "--pause", "200ms");

        var status = (await nodes.RunAsync("node", "status", "--config", ServingNodes.File(0), "--json")).Json();
        Assert.Equal("spiffe://lab.example/clinic-0/node", status.GetProperty("status").GetProperty("node").GetString());
        var looked = (await nodes.RunAsync("doctor", "--config", ServingNodes.File(0))).Output;
        Assert.Contains("The node runs, and answers at", looked, StringComparison.Ordinal);
        Assert.Contains("has stopped", (await nodes.RunAsync("node", "drain", "--config", ServingNodes.File(0))).Output,
            StringComparison.Ordinal);
        (await node.EndAsync()).Ended(ExitCode.Done);
    }

    /// <summary>Red if a folder that was begun and never filled in cannot be removed as one that was.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task What_init_wrote_is_uninstalled_before_it_is_filled_in()
    {
        using var folder = new TemporaryFolder();
        var file = folder["new/node.yaml"];
        (await StarlingProcess.RunAsync(folder.Path, "node", "init", "--folder", "new")).Ended(ExitCode.Done);
        (await StarlingProcess.RunAsync(folder.Path, "node", "uninstall", "--config", file, "--yes")).Ended(ExitCode.Done);
        Assert.False(Directory.Exists(folder["new"]));
    }

    /// <summary>Red if runs are removed unasked or while they are under way, or if one stays that is over.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Clean_lists_what_runs_left_and_leaves_those_that_are_under_way()
    {
        using var folder = new TemporaryFolder();
        folder.WriteExperiment(nodes: 2, minPeers: 2, rounds: 1);
        (await StarlingProcess.RunAsync(folder.Path, "run", "small.yaml", "--json")).Ended(ExitCode.Done);
        Assert.EndsWith("again.html",
            (await DoneAsync("runs", "report", "small-1", "--file", folder["again.html"], "--json")).GetProperty("file").GetString(),
            StringComparison.Ordinal);
        await using var under = StarlingProcess.Start(folder.Path, "run", "small.yaml", "--set", "training.rounds=1000000");
        await under.LineAsync(line => line.Contains("round 1", StringComparison.Ordinal));

        var asked = (await StarlingProcess.RunAsync(folder.Path, "clean")).Ended(ExitCode.Usage);
        Assert.Equal($"{folder["runs/small-2"]} is under way, and stays\n{folder["runs/small-1"]}", asked.Output);
        Assert.True(Directory.Exists(folder["runs/small-1"]));
        var cleaned = await DoneAsync("clean", "--yes", "--json");
        Assert.Equal(["small-1"], Names(cleaned, "removed"));
        Assert.Equal(["small-2"], Names(cleaned, "kept"));
        Assert.False(Directory.Exists(folder["runs/small-1"]));

        await under.SignalAsync("INT");
        (await under.EndAsync()).Ended(ExitCode.Interrupted);
        Assert.Equal(["small-2"], Names(await DoneAsync("runs", "remove", "small-2", "--json"), "removed"));
        Assert.Empty(Names(await DoneAsync("clean", "--json"), "removed"));

        async Task<JsonElement> DoneAsync(params string[] words) =>
            (await StarlingProcess.RunAsync(folder.Path, words)).Ended(ExitCode.Done).Json();
        static IEnumerable<string?> Names(JsonElement report, string list) =>
            report.GetProperty(list).EnumerateArray().Select(path => Path.GetFileName(path.GetString()));
    }
}
