using Starling.Api;
using Starling.Core.Models;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>An admin has three nodes, which know a task runner alone, train a model: by a script, through the API.</summary>
public sealed class ControlScriptTests
{
    private const int Nodes = 3;

    /// <summary>
    /// Red if any step of the way from a script to a model fails, if its exit code is not that of the step, if a line is carried out behind
    /// the one that failed, or if anything that shows what is there leaves something out.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_script_has_nodes_train_a_model_and_gets_it()
    {
        await using var nodes = new ServingNodes(Nodes);
        var founding = await nodes.ProvisionAsync();
        var folder = nodes.Folder;
        folder.WriteExperiment(Nodes, minPeers: 2, rounds: 3);
        folder.Write("train.yaml",
            $"name: train\nkind: run-training\ntraining: small\noutcome: a model\nbody:\n  {File.ReadAllText(folder["small.yaml"]).ReplaceLineEndings("\n  ").TrimEnd()}\n");
        folder.Write("lab.starling", $"""
            exit on failure   # from here on
            WAIT-FOR {nodes.Address} --retries 600 --pause 200ms
            runner create lab --operators {string.Join(' ', nodes.Certificates)}
            Context Env Set runner lab
            contract create small --experiment small.yaml
            runner create lab --operators {string.Join(' ', nodes.Certificates)}
            contract create small --experiment small.yaml
            TASK CREATE train.yaml
            task finalise train
            assign train TO lab WITH {Nodes} PEERS
            runner wait --timeout 5m
            task logs train
            contract perf small
            model download small --out "the model.safetensors"
            contract reset small
            contract status small
            assign train with all peers
            runner wait --timeout 5m
            model download small --out again.safetensors
            contract change small --set training.rounds=5
            assign train with all peers
            runner wait --timeout 5m
            contract status small
            assign train with {Nodes + 1} peers
            node list
            """);
        nodes.Start();

        var script = (await StarlingProcess.RunAsync(folder.Path, "shell", "lab.starling")).Ended(ExitCode.Denied);
        Assert.Contains($"lab.starling:24: 'assign train with {Nodes + 1} peers'", script.Error, StringComparison.Ordinal);
        Assert.Contains("fewer operators than the assignment wants", script.Error, StringComparison.Ordinal);
        Assert.Contains($"{Nodes} of {Nodes} complete", script.Output, StringComparison.Ordinal);
        Assert.Contains("Training of small has ended after 3 rounds.", script.Output, StringComparison.Ordinal);
        foreach (var name in (string[])["lab", "small"])
            Assert.Contains($"{name} existed already, founded just as is asked now, with {Nodes} ", script.Output, StringComparison.Ordinal);
        // docs/consortium.md, "Training again".
        Assert.Contains("round 1 of small is open again (epoch 1)\nsmall trains round 1 of 3", script.Output, StringComparison.Ordinal);
        Assert.Contains("Training had ended and goes on: round 4 is open", script.Output, StringComparison.Ordinal);
        Assert.Contains("small has ended after 5 of 5 rounds", script.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(folder["again.safetensors"]));
        Assert.DoesNotContain("organisation  connected", script.Output, StringComparison.Ordinal);
        Assert.Null(
            Safetensors.Read(await File.ReadAllBytesAsync(folder["the model.safetensors"], TestContext.Current.CancellationToken)).Error);
        folder.WriteExperiment(Nodes, minPeers: 3, rounds: 3);
        var other = (await StarlingProcess.RunAsync(folder.Path, "contract", "create", "small", "--experiment", "small.yaml"))
            .Ended(ExitCode.Denied);
        Assert.Contains("is not as it is asked for now", other.Error, StringComparison.Ordinal);
        Assert.Equal(founding, (await nodes.RunAsync("runner", "info", "--json")).Json().GetProperty("founding").GetString());
        Assert.Empty(Directory.GetFiles(folder.Path, "*.part"));
        await ControlViews.AreWholeAsync(nodes, Nodes, founding);
        await ControlViews.DecideAboutARunnerAsync(nodes);
    }

    /// <summary>
    /// Red if a contract wants rows on the admin's host, a task without a file does not take the owner's, or a class that no
    /// row has is lost on the way.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_contract_is_made_where_no_rows_are()
    {
        using var owners = new TemporaryFolder();
        var rows = owners.Write("rows.csv",
            string.Concat(Enumerable.Range(0, 40).Select(row => $"{row % 7},{row % 2},{(row % 2 == 0 ? "no" : "yes")}\n")));
        await using var nodes = new ServingNodes(2, $"data.file={rows}");
        await nodes.ProvisionAsync();
        nodes.Folder.Write("train.yaml", """
            name: train
            kind: run-training
            training: rows
            body:
              nodes: 2
              data: { set: csv, features: 2, classes: [maybe, "no", "yes"], split: { by: own } }
              program: { kind: softmax }
              training: { rounds: 2, syncInterval: 3 }
            """);
        nodes.Folder.Write("rows.starling", $"""
            exit on failure
            wait-for {nodes.Address} --retries 600 --pause 200ms
            runner create lab --operators {string.Join(' ', nodes.Certificates)}
            contract create rows --task train.yaml
            task create train.yaml
            task finalise train
            assign train with all peers
            runner wait --timeout 5m
            model download rows
            """);
        nodes.Start();
        (await StarlingProcess.RunAsync(nodes.Folder.Path, "shell", "rows.starling")).Ended(ExitCode.Done);
        var model =
            Safetensors.Read(await File.ReadAllBytesAsync(nodes.Folder["rows.safetensors"], TestContext.Current.CancellationToken)).State!;
        Assert.Equal([3L], model.Schema.Tensors[model.Schema.IndexOf("layer01.bias")].Shape);
    }

    /// <summary>
    /// Red if what is not there is told as another kind of thing, or without what was meant; or if a task with mistakes gets as far as the
    /// ledger.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task What_cannot_be_meant_or_carried_out_is_told_before_anything_is_appended()
    {
        await using var nodes = new ServingNodes(2);
        await nodes.ProvisionAsync();
        var folder = nodes.Folder;
        folder.WriteExperiment(2, minPeers: 2, rounds: 3);
        folder.Write("wrong.yaml", "name: wrong\nkind: run-training\ntraining: small\nbody:\n  nodes: 2\n  nonsense: true\n");
        folder.Write("code.yaml",
            "name: code\nkind: prepare-content\noutcome: code\nbody: { command: [a], outputs: [b], content: [cod] }\n");
        folder.Write("early.yaml", "name: early\nkind: stop-programs\nprerequisite: cod\n");
        nodes.Start();
        await nodes.RunAsync("wait-for", nodes.Address, "--retries", "600", "--pause", "200ms");
        await nodes.RunAsync(["runner", "create", "lab", "--operators", .. nodes.Certificates]);
        await nodes.RunAsync("contract", "create", "small", "--experiment", "small.yaml");
        Assert.Contains("wrong.yaml:6: body.nonsense is not a setting",
            await RefusedAsync("task create wrong.yaml", ExitCode.Configuration), StringComparison.Ordinal);
        await nodes.RunAsync("task", "create", "code.yaml");
        foreach (var (line, words) in new Dictionary<string, string>
        {
            ["contract status smal"] =
                "there is no training contract 'smal'; did you mean 'small'? There are small; 'starling contract list' lists them.",
            ["contract status lab"] = "there is no training contract 'lab', which is a task runner",
            ["contract restart smal --round 1"] = "there is no training contract or run 'smal'; did you mean 'small'?",
            ["model download nope"] = "there is no training contract 'nope'; there are small;",
            ["runner status labb"] =
                "there is no task runner 'labb'; did you mean 'lab'? There are lab; 'starling runner list' lists them.",
            ["assign code to labb with all peers"] = "there is no task runner 'labb'; did you mean 'lab'?",
            ["assign cod with all peers"] = "there is no task 'cod' in lab; did you mean 'code'? There are code;",
            ["task logs wrong"] = "there is no task 'wrong' in lab; there are code; 'starling task list --runner lab' lists them.",
            ["task create early.yaml"] = "there is no task 'cod' in lab; did you mean 'code'?",
        })
            Assert.Contains(words, await RefusedAsync(line, ExitCode.Usage), StringComparison.Ordinal);
        Assert.Contains("note: there is no content 'cod' that a task of lab makes; did you mean 'code'? There are code.",
            (await nodes.RunAsync("task", "finalise", "code")).Error, StringComparison.Ordinal);

        async Task<string> RefusedAsync(string line, ExitCode code) =>
            (await StarlingProcess.RunAsync(folder.Path, line.Split(' '))).Ended(code).Error;
    }

    /// <summary>
    /// Red if a task that fails, is cancelled, or takes too long ends a wait as one that is complete, or if a node that is restarted ends
    /// a wait.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task How_a_task_ended_is_the_exit_code_of_a_wait()
    {
        await using var nodes = new ServingNodes(Nodes);
        await nodes.ProvisionAsync();
        var folder = nodes.Folder;
        folder.WriteExperiment(Nodes, minPeers: 2, rounds: 1_000_000);
        folder.Write("bad.yaml", "name: bad\nkind: run-training\ntraining: small\nbody: { command: [a], executor: process }\n");
        folder.Write("long.yaml",
            $"name: long\nkind: run-training\ntraining: small\nbody:\n  {File.ReadAllText(folder["small.yaml"]).ReplaceLineEndings("\n  ").TrimEnd()}\n");
        var asked = nodes.Start(0);
        for (var i = 1; i < Nodes; i++)
            nodes.Start(i);
        await nodes.RunAsync("wait-for", nodes.Address, "--retries", "600", "--pause", "200ms");
        await nodes.RunAsync(["runner", "create", "lab", "--operators", .. nodes.Certificates]);
        await nodes.RunAsync("contract", "create", "small", "--experiment", "small.yaml");
        foreach (var task in (string[])["bad", "long"])
        {
            await nodes.RunAsync("task", "create", $"{task}.yaml");
            await nodes.RunAsync("task", "finalise", task);
        }

        await nodes.RunAsync("assign", "bad", "with", "all", "peers");
        var failed = (await StarlingProcess.RunAsync(folder.Path, "runner", "wait")).Ended(ExitCode.Task);
        Assert.Contains("allows sandbox", failed.Error, StringComparison.Ordinal);
        Assert.Contains("allows sandbox", (await nodes.RunAsync("task", "logs", "bad")).Output, StringComparison.Ordinal);

        await nodes.RunAsync("assign", "long", "target", "clinic-1/node");
        (await StarlingProcess.RunAsync(folder.Path, "runner", "wait", "--timeout", "1s")).Ended(ExitCode.TimedOut);
        await using var wait = StarlingProcess.Start(folder.Path, "runner", "wait", "--timeout", "5m");
        await wait.LineAsync(line => line.Contains(" of long", StringComparison.Ordinal));
        await asked.KillAsync(withChildren: true);
        nodes.Start(0);
        await nodes.RunAsync("wait-for", "--retries", "600", "--pause", "200ms");
        Assert.Contains("is cancelled", (await nodes.RunAsync("runner", "reset", "--reason", "enough")).Output, StringComparison.Ordinal);
        Assert.Contains("enough", (await StarlingProcess.RunAsync(folder.Path, "runner", "wait", "lab")).Ended(ExitCode.Task).Output,
            StringComparison.Ordinal);
        Assert.Contains("enough", (await wait.EndAsync()).Ended(ExitCode.Task).Output, StringComparison.Ordinal);
        Assert.Contains("carries nothing out", (await nodes.RunAsync("runner", "reset")).Output, StringComparison.Ordinal);
    }
}
