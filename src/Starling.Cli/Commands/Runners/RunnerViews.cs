using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Api.Tasks;
using Starling.Cli.Commands.Contracts;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;

namespace Starling.Cli.Commands.Runners;

/// <summary>Shows task runners and their runs.</summary>
internal static class RunnerViews
{
    public static async Task ListAsync(ControlSession session, ParseResult parsed, CancellationToken cancellation)
    {
        var runners = (await ControlSession.AllAsync(after => session.Client.GetContractsAsync(after, cancellation)).ConfigureAwait(false))
            .Where(contract => contract.Kind == ContractKind.Runner).ToList();
        parsed.Print(runners, CliJson.Default.IReadOnlyListContractSummary, output =>
        {
            var table = new TextTable("runner", "stage", ">entries", "followed");
            foreach (var runner in runners)
                table.Add(runner.Contract, ContractViews.Word(runner.Stage), Quantity.Count(runner.Height), runner.Followed ? "yes" : "no");
            table.Write(output);
        });
    }

    public static async Task PeersAsync(ControlSession session, ParseResult parsed, string runner, CancellationToken cancellation)
    {
        var operators =
            await ControlSession.AllAsync(after => session.Client.GetOperatorsAsync(runner, after, cancellation)).ConfigureAwait(false);
        parsed.Print(operators, CliJson.Default.IReadOnlyListOperatorDescription, output =>
        {
            var table = new TextTable("peer", "operator", "connected");
            foreach (var member in operators)
                table.Add(OperatorNames.Short(member.Operator), member.Operator, member.Connected ? "yes" : "no");
            table.Write(output);
        });
    }

    public static async Task InfoAsync(ControlSession session, ParseResult parsed, string name, CancellationToken cancellation)
    {
        var runner = await session.Client.GetRunnerAsync(name, cancellation).ConfigureAwait(false);
        parsed.Print(runner, ApiJson.Default.RunnerDescription, output =>
        {
            output.WriteLine($"{runner.Runner}: a task runner, {ContractViews.Word(runner.Stage)}");
            output.WriteLine($"  founding   {runner.Founding}");
            output.WriteLine($"  height     {Quantity.Count(runner.Height)}, chain {runner.ChainHead}");
            output.WriteLine($"  tasks      {Quantity.Count(runner.Tasks)}");
            foreach (var admin in runner.Admins)
                output.WriteLine($"  admin      {admin}");
            foreach (var member in runner.Operators)
                output.WriteLine($"  operator   {member}");
            output.WriteLine(runner.Run is { } run ? $"  run        {Sentence(run)}" : "  run        none yet");
        });
    }

    public static async Task StatusAsync(ControlSession session, ParseResult parsed, string name, string? peer,
        CancellationToken cancellation)
    {
        var runner = await session.Client.GetRunnerAsync(name, cancellation).ConfigureAwait(false);
        if (runner.Run is not { } latest)
        {
            parsed.Print(runner, ApiJson.Default.RunnerDescription, output => output.WriteLine($"{name} has carried nothing out yet"));
            return;
        }

        var run = await ReadAsync(session, name, latest.Number, cancellation).ConfigureAwait(false);
        if (peer is not null)
        {
            var wanted = OperatorNames.Find(peer, [.. run.Work.Items.Select(work => work.Operator)]);
            run = run with { Work = new Page<OperatorWork>([.. run.Work.Items.Where(work => work.Operator == wanted)], null) };
        }

        parsed.Print(run, ApiJson.Default.RunDescription, output =>
        {
            output.WriteLine(Sentence(run.Run));
            if (peer is null)
                WriteWork(run.Work.Items, output);
            else
                foreach (var work in run.Work.Items)
                    WriteWhole(work, output);
        });
    }

    /// <summary>A run with all that its operators say.</summary>
    public static async Task<RunDescription> ReadAsync(ControlSession session, string runner, long number, CancellationToken cancellation)
    {
        RunSummary? summary = null;
        var work = await ControlSession.AllAsync(async after =>
        {
            var page = await session.Client.GetRunAsync(runner, number, after, cancellation).ConfigureAwait(false);
            summary = page.Run;
            return page.Work;
        }).ConfigureAwait(false);
        return new RunDescription(summary!, new Page<OperatorWork>(work, null));
    }

    /// <summary>A run in a sentence.</summary>
    public static string Sentence(RunSummary run) => ShownText.Line(string.Create(
        CultureInfo.InvariantCulture,
        $"run {run.Number} of {run.Task} ({run.Placement}): {ContractViews.Word(run.State)}; {run.Complete} of {run.Wanted} complete, {run.Working} working, {run.Failed} failed{(run.Refused == 0 ? "" : $", {run.Refused} refused")}{(run.Reason.Length == 0 ? "" : $". {run.Reason}")}"));

    /// <summary>
    /// What an operator says, whole. Its own words are indented, so that none of them can pass for what its node or another said.
    /// </summary>
    public static void WriteWhole(OperatorWork work, TextWriter output)
    {
        output.WriteLine($"== {work.Operator}: {ContractViews.Word(work.State)}{(work.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $", exit code {code}") : "")}, {Usage(work)}");
        foreach (var text in (string[])[work.Description, work.Output])
            if (text.Length > 0)
                foreach (var line in ShownText.Clean(text).TrimEnd('\n').Split('\n'))
                    output.WriteLine($"  {line}");
    }

    private static void WriteWork(IReadOnlyList<OperatorWork> works, TextWriter output)
    {
        var table = new TextTable("peer", "state", ">exit", "took", "says");
        foreach (var work in works)
            table.Add(OperatorNames.Short(work.Operator), ContractViews.Word(work.State),
                work.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "-", Usage(work), work.Description);
        table.Write(output);
    }

    private static string Usage(OperatorWork work) =>
        $"{Quantity.Time(TimeSpan.FromSeconds(work.ElapsedSeconds))}{(work.PeakMemoryBytes > 0 ? $" {Quantity.Bytes(work.PeakMemoryBytes)}" : "")}";
}
