using System.Net;
using System.Net.Sockets;
using Starling.Api;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>One small run, and all that can be done with it.</summary>
public sealed class RunCommandTests(RunCommandTests.FinishedRun finished) : IClassFixture<RunCommandTests.FinishedRun>
{
    private const int Rounds = 4;

    [Fact]
    public void It_ends_with_one_object_that_says_how_it_went()
    {
        var json = finished.Result.Json();
        Assert.Equal(Rounds, json.GetProperty("rounds").GetInt64());
        var accuracy = json.GetProperty("accuracy");
        var alone = accuracy.GetProperty("alone").EnumerateObject().Select(node => node.Value.GetDouble()).ToList();
        Assert.Equal(3, alone.Count);
        Assert.Equal(alone.Average(), accuracy.GetProperty("aloneMean").GetDouble(), 12);
        Assert.True(accuracy.GetProperty("swarm").GetDouble() > accuracy.GetProperty("aloneMean").GetDouble());
        Assert.InRange(accuracy.GetProperty("pooled").GetDouble(), 0, 1);
        Assert.True(json.GetProperty("bytes").GetInt64() > 0);
        Assert.True(json.GetProperty("seconds").GetDouble() > 0);
        Assert.Single(finished.Result.Output.Split('\n'));
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task The_model_s_file_is_the_merge_that_was_committed()
    {
        var shown = await StarlingProcess.RunAsync(finished.Folder.Path, "model", "show",
            finished.Result.Json().GetProperty("model").GetString()!, "--json");
        Assert.Equal(finished.Result.Json().GetProperty("merged").GetString(),
            shown.Ended(ExitCode.Done).Json().GetProperty("merged").GetString());
        Assert.Equal(finished.Result.Json().GetProperty("merged").GetString(), Assert.Single(finished.Record.Commits()[Rounds]));
    }

    [Fact]
    public void The_metrics_have_a_row_for_each_round_and_node()
    {
        var rows = File.ReadAllLines(Path.Combine(finished.Record.Folder, "metrics.csv"));
        Assert.StartsWith("round,node,leader,", rows[0], StringComparison.Ordinal);
        Assert.Equal(
            Enumerable.Range(1, Rounds).SelectMany(round => finished.Record.Nodes.Select(node => $"{round},{node}")),
            rows.Skip(1).Select(row => string.Join(',', row.Split(',').Take(2))));
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task The_report_shows_the_rounds_as_the_ledger_proves_them()
    {
        var report = Path.Combine(finished.Record.Folder, "report.html");
        var written = System.Xml.Linq.XDocument.Load(report);
        Assert.Contains($"{Rounds} rounds committed", written.Descendants("li").Select(card => card.Value));
        var facts = written.Descendants("tr").ToLookup(row => row.Elements().First().Value, row => row.Elements().Last().Value);
        var verified = (await StarlingProcess.RunAsync(finished.Folder.Path, "ledger", "verify", finished.Record.Folder, "--json"))
            .Ended(ExitCode.Done).Json();
        Assert.Equal(verified.GetProperty("chain").GetString(), Assert.Single(facts["chain hash"]));
        Assert.Equal(finished.Result.Json().GetProperty("merged").GetString(), Assert.Single(facts["last committed model"]));
        var again = Path.Combine(finished.Folder.Path, "again.html");
        (await StarlingProcess.RunAsync(finished.Folder.Path, "runs", "report", finished.Record.Folder, "--file",
            again)).Ended(ExitCode.Done);
        Assert.Equal(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken),
            await File.ReadAllTextAsync(again, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Keys_are_their_owner_s_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has other rights.");
            return;
        }

        var keys = Directory.GetFiles(finished.Record.Folder, "*.key", SearchOption.AllDirectories);
        Assert.Equal(5, keys.Length);
        foreach (var key in keys)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Its_ledger_verifies_until_a_byte_is_edited()
    {
        var sound =
            (await StarlingProcess.RunAsync(finished.Folder.Path, "ledger", "verify", "small-1", "--json")).Ended(ExitCode.Done).Json();
        Assert.True(sound.GetProperty("sound").GetBoolean());
        Assert.Equal(Rounds, sound.GetProperty("commits").GetInt64());
        var log = (await StarlingProcess.RunAsync(finished.Folder.Path, "ledger", "log", "small-1", "--json")).Ended(ExitCode.Done).Output
            .Split('\n');
        Assert.Equal(sound.GetProperty("entries").GetInt64(), log.Length);
        Assert.Contains("\"kind\":\"Found\"", log[0], StringComparison.Ordinal);

        // The body of every entry of the contract holds its name; the last one in the file belongs to some entry.
        var copy = finished.Folder["edited.db"];
        var bytes = File.ReadAllBytes(Path.Combine(finished.Record.Folder, "ledger.db"));
        var at = bytes.AsSpan().LastIndexOf("spiffe://small/organisation-"u8);
        bytes[at + "spiffe://small/organisation-".Length] ^= 3;
        File.WriteAllBytes(copy, bytes);
        var edited = (await StarlingProcess.RunAsync(finished.Folder.Path, "ledger", "verify", copy, "--contract", "small", "--json"))
            .Ended(ExitCode.CheckFailed).Json();
        Assert.False(edited.GetProperty("sound").GetBoolean());
        Assert.InRange(edited.GetProperty("badHeight").GetInt64(), 0, log.Length - 1);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task It_is_listed_and_shown_and_compared()
    {
        var list = (await StarlingProcess.RunAsync(finished.Folder.Path, "runs", "list")).Ended(ExitCode.Done);
        Assert.Contains("small-1  finished", list.Output, StringComparison.Ordinal);
        var show = (await StarlingProcess.RunAsync(finished.Folder.Path, "runs", "show", "small-1")).Ended(ExitCode.Done);
        Assert.Contains("nodes = 3", show.Output, StringComparison.Ordinal);
        Assert.Contains("pooled data", show.Output, StringComparison.Ordinal);
        var compare = (await StarlingProcess.RunAsync(finished.Folder.Path, "runs", "compare", "small-1",
            finished.Record.Folder)).Ended(ExitCode.Done);
        Assert.Equal(3, compare.Output.Split('\n').Length);
        Assert.Contains("did you mean 'small-1'?",
            (await StarlingProcess.RunAsync(finished.Folder.Path, "runs", "show", "smal-1")).Ended(ExitCode.Usage).Error,
            StringComparison.Ordinal);
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_finished_run_is_not_run_again()
    {
        var again = (await StarlingProcess.RunAsync(finished.Folder.Path, "run", "--resume", "small-1", "--json")).Ended(ExitCode.Done);
        Assert.Equal(finished.Result.Json().GetRawText(), again.Json().GetRawText());
    }

    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_node_whose_port_is_taken_says_so()
    {
        using var squatter = new TcpListener(IPAddress.Loopback, finished.Record.PortOf("node-2"));
        squatter.Start();
        var result = (await StarlingProcess.RunAsync(finished.Folder.Path, "node", "start", "--config",
            finished.Record.NodeFile("node-2"))).Ended(ExitCode.PortBusy);
        Assert.StartsWith($"error: Port {finished.Record.PortOf("node-2")} of 127.0.0.1 is in use", Assert.Single(result.Error.Split('\n',
            StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    /// <summary>Runs the experiment once for all these tests.</summary>
    public sealed class FinishedRun : IAsyncLifetime
    {
        internal TemporaryFolder Folder { get; } = new();

        internal CommandResult Result { get; private set; } = null!;

        internal RunRecord Record { get; private set; } = null!;

        /// <inheritdoc/>
        public async ValueTask InitializeAsync()
        {
            Folder.WriteExperiment(nodes: 3, minPeers: 3, rounds: Rounds);
            Result = (await StarlingProcess.RunAsync(Folder.Path, "run", "small.yaml", "--json")).Ended(ExitCode.Done);
            Record = new RunRecord(Folder["runs/small-1"]);
        }

        /// <inheritdoc/>
        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
