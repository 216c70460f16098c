using System.Globalization;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Core.Training.Participation;

namespace Starling.Cli.Commands.Contracts;

/// <summary>
/// What follows for a contract's training from what its admin has decided. All of it rests on what the node tells of the contract after it.
/// </summary>
/// <param name="named">What the admin called the contract, for the commands that are advised: its name, or a run's.</param>
internal sealed class ContractOutlook(string named)
{
    /// <summary>
    /// Whether members agree on the ledger, round by round: only then is there a round that begins anew, and anything
    /// that waits for the next one.
    /// </summary>
    public static bool UsesRounds(ContractDescription contract) =>
        contract.Settings is not { } settings || SyncProtocols.UsesRounds(settings.Protocol);

    /// <summary>The first round that the latest settings hold for.</summary>
    /// <param name="after">The contract.</param>
    /// <param name="before">The same before the settings changed.</param>
    /// <param name="restarted">Whether the open round was opened again after that.</param>
    public static long From(ContractDescription before, ContractDescription after, bool restarted) =>
        restarted || !UsesRounds(after) || before.Stage == ContractStage.Ended ? after.Round : after.Round + 1;

    /// <summary>What follows from other settings.</summary>
    /// <param name="before">The contract before.</param>
    /// <param name="after">The contract after.</param>
    /// <param name="restarted">Whether the open round was opened again.</param>
    public IEnumerable<string> OfChange(ContractDescription before, ContractDescription after, bool restarted)
    {
        if (after.Stage == ContractStage.Ended)
            yield return Text($"Training has ended: round {after.Round} would be next, {after.Settings!.Rounds} are to be trained (training.rounds), and a round needs {after.Settings.MinPeers} of {after.Next.Count} members.");
        else if (before.Stage == ContractStage.Ended)
            yield return Text($"Training had ended and goes on: round {after.Round} is open, for those whose programs are there.");
        else if (restarted)
            yield return Reopened(after);
        else if (!UsesRounds(after))
            yield return "The change is in force.";
        else
            yield return Text($"The change is in force from round {after.Round + 1} on; the open round {after.Round} ends with the settings that it began with.");
        if (!restarted && after.Stage == ContractStage.Training && Lacks(after) && after.Settings!.MinPeers < after.MinPeers)
            yield return $"{Lacking(after)} {Restart(after, "begins it anew with the change")}";
    }

    /// <summary>What follows once a member is put out.</summary>
    /// <param name="after">The contract after it.</param>
    /// <param name="restarted">Whether the open round was opened again.</param>
    public IEnumerable<string> OfExpulsion(ContractDescription after, bool restarted)
    {
        yield return Text($"{after.Next.Count} members are left, and a round needs {after.Settings!.MinPeers}.");
        if (after.Stage == ContractStage.Ended)
            yield return "Training has ended; no round is open.";
        else if (restarted)
            yield return Reopened(after);
        else if (!UsesRounds(after))
            yield return "The others go on without it at once.";
        else if (after.Members.Except(after.Expelled).Count() < after.MinPeers)
            yield return $"{Lacking(after)} {Restart(after, "begins it anew without it")}";
        else
            yield return Text($"The open round {after.Round} goes on without it.");
    }

    /// <summary>What follows once nodes are taken in.</summary>
    /// <param name="before">The contract before.</param>
    /// <param name="after">The contract after.</param>
    /// <param name="enrolled">Who was taken in, or was in before.</param>
    /// <param name="restarted">Whether the open round was opened again.</param>
    public IEnumerable<string> OfEnrolment(ContractDescription before, ContractDescription after, IReadOnlyCollection<string> enrolled,
        bool restarted)
    {
        List<string> late = [.. enrolled.Except(after.Members)];
        if (after.Stage == ContractStage.Ended)
            yield return Text($"Training has ended: {after.Next.Count} members, and a round needs {after.Settings!.MinPeers}; {after.Settings.Rounds} rounds are to be trained (training.rounds), and {after.Round} would be next.");
        else if (before.Stage == ContractStage.Ended)
            yield return Text($"Training had ended and goes on: round {after.Round} is open, for those whose programs are there.");
        else if (restarted)
            yield return Reopened(after);
        else if (late.Count == 0)
            yield return UsesRounds(after)
                ? Text($"The open round {after.Round} counts {(enrolled.Count == 1 ? "it" : "them")} among its members.")
                : "That is in force.";
        else
            yield return Text($"From round {after.Round + 1} on there are {after.Next.Count} members; the open round {after.Round} goes on without {string.Join(", ", late.Select(OperatorNames.Short))}. {Restart(after, "begins it anew with all")}");
        if (enrolled.Except(before.Next).Except(before.Expelled).Any())
            yield return "A node that was no member before takes part once a task of its task runner has the contract trained.";
    }

    /// <summary>Why a member cannot be put out before other settings are made; null if it can.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="member">Who is to be put out.</param>
    public CommandException? Objection(ContractDescription contract, string member)
    {
        var (left, needed) = (contract.Next.Except([member]).Count(), contract.Settings!.MinPeers);
        if (left >= needed)
            return null;
        return new CommandException(ExitCode.Denied, Text(
            $"without {OperatorNames.Short(member)} {contract.Contract} has {left} {(left == 1 ? "member" : "members")}, and a round needs {needed} (training.minPeers), so training would end; ")
            + (left < 2
                ? $"a round takes at least two. To end it for good, 'starling contract delete {contract.Contract}'."
                : Text($"first 'starling contract change {named} --set training.minPeers={left}'.")));
    }

    // The round cannot commit: fewer are ready than it needs, and nobody knows whether the others come.
    private static bool Lacks(ContractDescription contract) => UsesRounds(contract) && contract.Ready.Count < contract.MinPeers;

    private static string Lacking(ContractDescription contract)
    {
        var awaited = contract.Members.Except(contract.Ready).Except(contract.Expelled).ToList();
        return Text($"Round {contract.Round} needs {contract.MinPeers} members, and {contract.Ready.Count} {(contract.Ready.Count == 1 ? "is" : "are")} ready;")
            + (awaited.Count == 0
                ? " they open it anew by themselves after training.grace."
                : $" it waits for ever if there are never more (awaited: {string.Join(", ", awaited.Select(OperatorNames.Short))}).");
    }

    private static string Reopened(ContractDescription contract) =>
        Text($"Round {contract.Round} is open again with {contract.Members.Count} members, of which it needs {contract.MinPeers} (epoch {contract.Epoch}).");

    private string Restart(ContractDescription contract, string does) =>
        Text($"'starling contract restart {named} --round {contract.Round}' {does}.");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
