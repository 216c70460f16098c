using System.Net;
using System.Net.Sockets;
using Starling.Api;
using Starling.Core.Identity;
using Starling.Core.Models;
using Starling.EndToEnd.Tests.Processes;
using Starling.Node.Identity;

namespace Starling.EndToEnd.Tests;

/// <summary>An admin has three nodes, which know a task runner alone, train a model: by a script, through the API.</summary>
public sealed class ControlScriptTests : IDisposable
{
    private const string Domain = "lab.example";
    private const int Nodes = 3;

    private readonly TemporaryFolder folder = new();
    private readonly int[] ports = FreePorts();

    public void Dispose() => folder.Dispose();

    /// <summary>Red if any step of the way from a script to a model fails, or if its exit code is not that of the step.</summary>
    [Fact]
    public async Task A_script_has_nodes_train_a_model_and_gets_it()
    {
        Provision();
        await RunAsync("context", "create", "office", "--address", $"127.0.0.1:{ports[0]}", "--certificate", "admin.pem", "--key", "admin.key", "--anchors", "ca.pem");
        var founding = (await RunAsync(["runner", "create", "lab", "--founding-only", "--json", "--operators", .. Certificates])).Json().GetProperty("founding").GetString()!;
        WriteNodes(founding);
        folder.WriteExperiment(Nodes, minPeers: 2, rounds: 3);
        folder.Write("train.yaml", $"name: train\nkind: run-training\ntraining: small\noutcome: a model\nbody:\n  {File.ReadAllText(folder["small.yaml"]).ReplaceLineEndings("\n  ").TrimEnd()}\n");
        folder.Write("lab.starling", $"""
            exit on failure   # from here on
            WAIT-FOR 127.0.0.1:{ports[0]} --retries 600 --pause 200ms
            runner create lab --operators {string.Join(' ', Certificates)}
            Context Env Set runner lab
            contract create small --experiment small.yaml
            TASK CREATE train.yaml
            task finalise train
            assign train TO lab WITH {Nodes} PEERS
            runner wait --timeout 5m
            task logs train
            contract perf small
            model download small --out "the model.safetensors"
            assign train with {Nodes + 1} peers
            node list
            """);

        var nodes = StartNodes();
        try
        {
            var script = (await StarlingProcess.RunAsync(folder.Path, "shell", "lab.starling")).Ended(ExitCode.Denied);
            Assert.Contains($"lab.starling:13: 'assign train with {Nodes + 1} peers'", script.Error, StringComparison.Ordinal);
            Assert.Contains("fewer operators than the assignment wants", script.Error, StringComparison.Ordinal);
            Assert.Contains($"{Nodes} of {Nodes} complete", script.Output, StringComparison.Ordinal);
            Assert.Contains("Training of small has ended after 3 rounds.", script.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("organisation  connected", script.Output, StringComparison.Ordinal);
            Assert.Null(Safetensors.Read(await File.ReadAllBytesAsync(folder["the model.safetensors"], TestContext.Current.CancellationToken)).Error);
            Assert.Equal(founding, (await RunAsync("runner", "info", "--json")).Json().GetProperty("founding").GetString());
            Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    /// <summary>Red if a task that fails, is cancelled, or takes too long ends a wait as one that is complete.</summary>
    [Fact]
    public async Task How_a_task_ended_is_the_exit_code_of_a_wait()
    {
        Provision();
        await RunAsync("context", "create", "office", "--address", $"127.0.0.1:{ports[0]}", "--certificate", "admin.pem", "--key", "admin.key", "--anchors", "ca.pem");
        string[] create = ["runner", "create", "lab", "--operators", .. Certificates];
        WriteNodes((await RunAsync([.. create, "--founding-only"])).Output.Trim());
        folder.WriteExperiment(Nodes, minPeers: 2, rounds: 1_000_000);
        folder.Write("bad.yaml", "name: bad\nkind: run-training\ntraining: small\nbody: { nonsense: true }\n");
        folder.Write("long.yaml", $"name: long\nkind: run-training\ntraining: small\nbody:\n  {File.ReadAllText(folder["small.yaml"]).ReplaceLineEndings("\n  ").TrimEnd()}\n");
        var nodes = StartNodes();
        try
        {
            await RunAsync("wait-for", $"127.0.0.1:{ports[0]}", "--retries", "600", "--pause", "200ms");
            await RunAsync(create);
            await RunAsync("contract", "create", "small", "--experiment", "small.yaml");
            foreach (var task in (string[])["bad", "long"])
            {
                await RunAsync("task", "create", $"{task}.yaml");
                await RunAsync("task", "finalise", task);
            }

            await RunAsync("assign", "bad", "with", "all", "peers");
            var failed = (await StarlingProcess.RunAsync(folder.Path, "runner", "wait")).Ended(ExitCode.Task);
            Assert.Contains("nonsense", failed.Error, StringComparison.Ordinal);
            Assert.Contains("nonsense", (await RunAsync("task", "logs", "bad")).Output, StringComparison.Ordinal);

            await RunAsync("assign", "long", "target", "clinic-1/node");
            (await StarlingProcess.RunAsync(folder.Path, "runner", "wait", "--timeout", "1s")).Ended(ExitCode.TimedOut);
            Assert.Contains("is cancelled", (await RunAsync("runner", "reset", "--reason", "enough")).Output, StringComparison.Ordinal);
            Assert.Contains("enough", (await StarlingProcess.RunAsync(folder.Path, "runner", "wait", "lab")).Ended(ExitCode.Task).Output, StringComparison.Ordinal);
            Assert.Contains("carries nothing out", (await RunAsync("runner", "reset")).Output, StringComparison.Ordinal);
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    private static IEnumerable<string> Certificates => Enumerable.Range(0, Nodes).Select(i => $"node-{i}/node.pem");

    private static NodeId Member(int node) => NodeId.Create(Domain, $"clinic-{node}", "node");

    private List<StarlingProcess> StartNodes() =>
        [.. Enumerable.Range(0, Nodes).Select(i => StarlingProcess.Start(folder.Path, "node", "start", "--config", Path.Combine($"node-{i}", NodeFile.Name), "--log", "Warning"))];

    private async Task<CommandResult> RunAsync(params string[] arguments) => (await StarlingProcess.RunAsync(folder.Path, arguments)).Ended(ExitCode.Done);

    private void Provision()
    {
        using var authority = CertificateAuthority.Create(Domain, TimeProvider.System);
        authority.Save(folder["ca.pem"], folder["ca.key"]);
        using var admin = authority.Issue(NodeId.Create(Domain, "office", "admin"), Roles.Admin, TimeProvider.System);
        admin.Save(folder["admin.pem"], folder["admin.key"]);
        for (var i = 0; i < Nodes; i++)
        {
            Directory.CreateDirectory(folder[$"node-{i}"]);
            using var keys = authority.Issue(Member(i), Roles.Learner | Roles.Operator, TimeProvider.System);
            keys.Save(folder[$"node-{i}/node.pem"], folder[$"node-{i}/node.key"]);
        }
    }

    private void WriteNodes(string founding)
    {
        for (var i = 0; i < Nodes; i++)
        {
            var peers = Enumerable.Range(0, Nodes).Where(peer => peer != i).Select(peer => new NodeFilePeer(Member(peer).Value, [$"127.0.0.1:{ports[peer]}"]));
            var file = new NodeFile(
                "data", $"127.0.0.1:{ports[i]}", "node.pem", "node.key", ["../ca.pem"], [.. peers], "../ledger.db", "", "", Experiment: null, i, MaxUploadRate: null,
                [NodeId.Create(Domain, "office", "admin").Value])
            {
                Runner = new NodeFileRunner("lab", founding, []),
            };
            folder.Write($"node-{i}/{NodeFile.Name}", file.ToYaml());
        }
    }

    // All at once, so that none is given twice.
    private static int[] FreePorts()
    {
        var listeners = Enumerable.Range(0, Nodes).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners)
            listener.Start();
        int[] free = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners)
            listener.Stop();
        return free;
    }
}
