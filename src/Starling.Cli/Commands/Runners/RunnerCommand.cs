using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Commands.Consortia;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Core.Tasks;

namespace Starling.Cli.Commands.Runners;

/// <summary><c>starling runner</c>: task runners, as their admin.</summary>
internal static class RunnerCommand
{
    private static readonly Argument<string?> Runner = new("runner")
    {
        Description = "The task runner; the usual one of the context, or the only one, unless given.",
        Arity = ArgumentArity.ZeroOrOne
    };
    private static readonly Argument<string> NamedRunner = new("runner") { Description = "The task runner." };

    /// <summary>The command and those below it.</summary>
    public static Command Build() => new("runner", "Task runners: makes them, shows them, and decides about them as their admin.")
    {
        BuildCreate(),
        new ExampledCommand("list", "Lists the task runners on the ledger.", "starling runner list").Does(RunnerViews.ListAsync),
        OverRunner(new ExampledCommand("peers", "Lists a task runner's operators.", "starling runner peers lab"), RunnerViews.PeersAsync),
        OverRunner(new ExampledCommand("info", "Shows a task runner.", "starling runner info lab"), RunnerViews.InfoAsync),
        BuildStatus(),
        RunnerWaitCommand.Build(),
        BuildReset(),
        BuildEnrol(),
        BuildExpel(),
        BuildDelete(),
    };

    private static Command OverRunner(Command command, Func<ControlSession, ParseResult, string, CancellationToken, Task> action)
    {
        command.Add(Runner);
        return command.Does(async (session, parsed, cancellation) =>
            await action(session, parsed, await session.RunnerAsync(parsed.GetValue(Runner), cancellation).ConfigureAwait(false),
                cancellation).ConfigureAwait(false));
    }

    private static Command BuildCreate()
    {
        var operators = new Option<string[]>("--operators")
        {
            Description = "Certificates of the first operators, PEM.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => []
        };
        var admins = new Option<string[]>("--admins")
        {
            Description = "Certificates of further admins, PEM; you are one.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => []
        };
        var anchors = new Option<string[]>("--anchors")
        {
            Description = "Authorities that vouch for operators and admins, PEM; the context's unless given.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => []
        };
        var foundingOnly = new Option<bool>("--founding-only")
        {
            Description = "Print the id of its entry 0, for the node.yaml of nodes that are to follow it, and ask no node."
        };
        var consortium = new Option<string?>("--consortium")
        {
            Description = "Operators and authorities are those of this file, which 'starling consortium found' made; it takes no others."
        };
        return new ExampledCommand(
            "create", "Founds a task runner; you are its admin.",
            "starling runner create lab --operators clinic-a.pem clinic-b.pem --anchors ca-a.pem ca-b.pem",
            "starling runner create lab --consortium lab.consortium")
        {
            NamedRunner, operators, admins, anchors, foundingOnly, consortium,
        }.Does(async (session, parsed, cancellation) =>
        {
            var name = ControlSession.ContractNamed(parsed.GetValue(NamedRunner)!);
            var found = parsed.GetValue(consortium) is { } file
                ? ConsortiumFounding.Read(file, name, session.Identity.Id, parsed)
                : Compose(session, parsed.GetValue(operators)!, parsed.GetValue(admins)!, parsed.GetValue(anchors)!);
            if (found.Anchors.Length > X509Certifier.MaxCertificates)
                throw new CommandException(ExitCode.Usage,
                    $"a task runner trusts up to {X509Certifier.MaxCertificates} authorities, and {found.Anchors.Length} are named.");
            if (parsed.GetValue(foundingOnly))
            {
                var founding = session.Founding(name.Value, RunnerEntryCodec.Encode(found), RunnerState.FoldVersion);
                parsed.Print(new FoundingReport(name.Value, founding), CliJson.Default.FoundingReport,
                    output => output.WriteLine(founding));
                return;
            }

            var answer = await session.FoundAsync(name.Value, RunnerEntryCodec.Encode(found), RunnerState.FoldVersion, cancellation)
                .ConfigureAwait(false);
            parsed.Print(answer, ApiJson.Default.EntryAnswer, output => output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} {ControlSession.Founded(answer)} with {found.Operators.Length} operators; nodes follow it by 'runner: {{ id: {name}, founding: {answer.Entry} }}'")));
        });
    }

    private static FoundRunner Compose(ControlSession session, string[] operators, string[] admins, string[] anchors)
    {
        var trusted = anchors.Length > 0 ? anchors : session.Anchors;
        return new FoundRunner(
            [.. trusted.SelectMany(file => CertificateFiles.Read(file)).Distinct(CertificateEquality.Instance)],
            [session.Identity.Enrolment, .. admins.Select(file => CertificateFiles.Enrolment(file) with { LeaderEligible = false })],
            [.. operators.Select(CertificateFiles.Enrolment)]);
    }

    private static Command BuildStatus()
    {
        var peer = new Option<string?>("--peer")
        {
            Description = "Only this operator, with all that it says: its SPIFFE ID, organisation/name, or name."
        };
        return OverRunner(new ExampledCommand("status", "Shows the latest run and what each operator says of it.",
            "starling runner status lab", "starling runner status lab --peer clinic-a/node") { peer },
            (session, parsed, runner, cancellation) =>
                RunnerViews.StatusAsync(session, parsed, runner, parsed.GetValue(peer), cancellation));
    }

    private static Command BuildReset()
    {
        var reason = new Option<string>("--reason") { Description = "Why, for the record.", DefaultValueFactory = _ => "" };
        return OverRunner(new ExampledCommand("reset", "Cancels what the task runner carries out.", "starling runner reset lab") { reason },
            (session, parsed, runner, cancellation) => CancelAsync(session, parsed, runner, null, parsed.GetValue(reason)!, cancellation));
    }

    /// <summary>Cancels the run that goes on, if there is one.</summary>
    /// <param name="session">The node.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="runner">The task runner.</param>
    /// <param name="task">The task that must be the one that goes on; null for any.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Gives up.</param>
    internal static async Task CancelAsync(ControlSession session, ParseResult parsed, string runner, string? task, string reason,
        CancellationToken cancellation)
    {
        var state = await session.Client.GetRunnerAsync(runner, cancellation).ConfigureAwait(false);
        if (state.Stage != ContractStage.Running || (task is not null && state.Run!.Task != task))
        {
            parsed.Print(state, ApiJson.Default.RunnerDescription,
                output => output.WriteLine(task is null ? $"{runner} carries nothing out" : $"{runner} does not carry {task} out"));
            return;
        }

        await session.AppendAsync(runner, new CancelRun(state.Run!.Number, reason), cancellation).ConfigureAwait(false);
        state = await session.Client.GetRunnerAsync(runner, cancellation).ConfigureAwait(false);
        parsed.Print(state, ApiJson.Default.RunnerDescription,
            output =>
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {state.Run!.Number} of {state.Run.Task} is cancelled")));
    }

    private static Command BuildEnrol()
    {
        var certificates = new Argument<string[]>("certificates")
        {
            Description = "Certificates of new operators, PEM.",
            Arity = new ArgumentArity(1, 1000)
        };
        return new ExampledCommand("enrol", "Takes nodes in as operators.",
            "starling runner enrol lab clinic-c.pem") { NamedRunner, certificates }.Does(async (session, parsed, cancellation) =>
        {
            var runner = await session.RunnerAsync(parsed.GetValue(NamedRunner), cancellation).ConfigureAwait(false);
            foreach (var enrolment in parsed.GetValue(certificates)!.Select(CertificateFiles.Enrolment).ToList())
                await session.AppendAsync(runner, new EnrolOperator(enrolment), cancellation).ConfigureAwait(false);
            await RunnerViews.PeersAsync(session, parsed, runner, cancellation).ConfigureAwait(false);
        });
    }

    private static Command BuildExpel()
    {
        var member = new Argument<string>("operator") { Description = "The operator: its SPIFFE ID, organisation/name, or name." };
        return new ExampledCommand("expel", "Takes an operator out. What it works on fails.",
            "starling runner expel lab clinic-c/node") { NamedRunner, member }.Does(async (session, parsed, cancellation) =>
        {
            var runner = await session.RunnerAsync(parsed.GetValue(NamedRunner), cancellation).ConfigureAwait(false);
            var state = await session.Client.GetRunnerAsync(runner, cancellation).ConfigureAwait(false);
            await session
                .AppendAsync(runner, new RemoveOperator(NodeId.Parse(OperatorNames.Find(parsed.GetValue(member)!, state.Operators))),
                    cancellation).ConfigureAwait(false);
            await RunnerViews.PeersAsync(session, parsed, runner, cancellation).ConfigureAwait(false);
        });
    }

    private static Command BuildDelete()
    {
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        return new ExampledCommand("delete", "Deletes a task runner for ever. Its history stays in the ledger.",
            "starling runner delete lab --yes") { NamedRunner, yes }.Does(async (session, parsed, cancellation) =>
        {
            var runner = await session.RunnerAsync(parsed.GetValue(NamedRunner), cancellation).ConfigureAwait(false);
            Confirmation.Ask($"{runner} is deleted for ever.", parsed.GetValue(yes));
            var answer = await session.AppendAsync(runner, new CloseRunner(""), cancellation).ConfigureAwait(false);
            parsed.Print(answer, ApiJson.Default.EntryAnswer, output => output.WriteLine($"{runner} is deleted"));
        });
    }

    private sealed class CertificateEquality : IEqualityComparer<ImmutableArray<byte>>
    {
        public static readonly CertificateEquality Instance = new();

        public bool Equals(ImmutableArray<byte> x, ImmutableArray<byte> y) => x.AsSpan().SequenceEqual(y.AsSpan());

        public int GetHashCode(ImmutableArray<byte> obj) => obj.Length;
    }
}
