using System.CommandLine;
using Starling.Api.Contracts;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Core.Contracts;
using Starling.Core.Training;

namespace Starling.Cli.Commands.Contracts;

/// <summary>
/// <c>starling contract enrol</c>: takes nodes into a training contract that stands, new ones and those that were put out.
/// </summary>
internal static class ContractEnrolCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var certificates =
            new Argument<string[]>("certificates") { Description = "Certificates of the nodes, PEM.", Arity = new ArgumentArity(1, 1000) };
        var restart = ContractChangeCommand.Restart();
        return new ExampledCommand(
            "enrol", "Takes nodes into a contract as members, as its admin: new ones, and those that were put out.",
            "starling contract enrol digits clinic-c.pem",
            "starling contract enrol digits clinic-c.pem --restart        # the open round begins anew with it")
        {
            certificates, restart,
        }.DoesWithContract((session, parsed, contract, cancellation) =>
            EnrolAsync(session, parsed, contract, (parsed.GetValue(certificates)!, parsed.GetValue(restart)), cancellation));
    }

    private static async Task EnrolAsync(
        ControlSession session, ParseResult parsed, NamedContract contract, (string[] Certificates, bool Restart) asked,
        CancellationToken cancellation)
    {
        var (name, outlook) = (contract.Contract, new ContractOutlook(contract.Named));
        Enrolment[] enrolments = [.. asked.Certificates.Select(CertificateFiles.Enrolment)];
        var before = await session.Client.GetContractAsync(name, cancellation).ConfigureAwait(false);
        ContractForm.Settings(before, session.Client.Node);
        if (asked.Restart)
            ContractTarget.MustUseRounds(before, "those who are taken in take part at once");
        foreach (var enrolment in enrolments.Where(enrolment => !before.Next.Contains(enrolment.Node.Value)))
            await session.AppendAsync(name, new Enrol(enrolment), cancellation).ConfigureAwait(false);
        var after = await session.Client.GetContractAsync(name, cancellation).ConfigureAwait(false);
        // A round that only opened because of who came has them already.
        var restarts = asked.Restart && after.Stage == ContractStage.Training && before.Stage == ContractStage.Training;
        if (restarts)
            after = await session.RestartAsync(name, after.Round, cancellation).ConfigureAwait(false);
        string[] enrolled = [.. enrolments.Select(enrolment => enrolment.Node.Value).Distinct().Order(StringComparer.Ordinal)];
        var report = new ContractEnrolReport(
            name, enrolled, after.Next, after.Round, restarts, after.Epoch, [.. outlook.OfEnrolment(before, after, enrolled, restarts)],
            session.Client.Node);
        parsed.Print(report, CliJson.Default.ContractEnrolReport, output =>
        {
            foreach (var member in enrolled)
                output.WriteLine($"{member} {(before.Next.Contains(member) ? "was a member before" : "is taken in")}");
            foreach (var sentence in report.Outlook)
                output.WriteLine(sentence);
        });
    }
}
