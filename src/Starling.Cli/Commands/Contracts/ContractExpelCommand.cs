using System.CommandLine;
using Starling.Api.Contracts;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Cli.Commands.Contracts;

/// <summary><c>starling contract expel</c>: puts a member out of a training contract.</summary>
internal static class ContractExpelCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var member = new Argument<string>("member")
        {
            Description = "The member: its SPIFFE ID, organisation/name, or its name if no other has it."
        };
        var restart = ContractChangeCommand.Restart();
        return new ExampledCommand(
            "expel", "Puts a member out of a contract, as its admin: at once, until 'contract enrol' takes it back.",
            "starling contract expel digits clinic-c/node-1",
            "starling contract expel digits clinic-c/node-1 --restart        # the open round begins anew without it")
        {
            member, restart,
        }.DoesWithContract((session, parsed, contract, cancellation) =>
            ExpelAsync(session, parsed, contract, (parsed.GetValue(member)!, parsed.GetValue(restart)), cancellation));
    }

    private static async Task ExpelAsync(
        ControlSession session, ParseResult parsed, NamedContract contract, (string Member, bool Restart) asked,
        CancellationToken cancellation)
    {
        var (name, outlook) = (contract.Contract, new ContractOutlook(contract.Named));
        var after = await session.Client.GetContractAsync(name, cancellation).ConfigureAwait(false);
        ContractForm.Settings(after, session.Client.Node);
        var member = OperatorNames.Find(asked.Member, [.. after.Members.Union(after.Next).Union(after.Expelled)],
            ("member", $"starling contract info {name}"));
        if (asked.Restart)
            ContractTarget.MustUseRounds(after, "the others go on at once");
        var isOut = after.Expelled.Contains(member);
        if (!isOut)
        {
            if (outlook.Objection(after, member) is { } objection)
                throw objection;
            await session.AppendAsync(name, new Revoke(NodeId.Parse(member)), cancellation).ConfigureAwait(false);
            after = await session.Client.GetContractAsync(name, cancellation).ConfigureAwait(false);
        }

        var restarts = asked.Restart && after.Stage == ContractStage.Training;
        if (restarts)
            after = await session.RestartAsync(name, after.Round, cancellation).ConfigureAwait(false);
        var report = new ContractExpelReport(
            name, member, after.Next, after.Round, restarts, after.Epoch, [.. outlook.OfExpulsion(after, restarts)], session.Client.Node);
        parsed.Print(report, CliJson.Default.ContractExpelReport, output =>
        {
            output.WriteLine($"{report.Member} {(isOut ? "was put out before" : "is put out")} of {report.Contract}");
            foreach (var sentence in report.Outlook)
                output.WriteLine(sentence);
        });
    }
}
