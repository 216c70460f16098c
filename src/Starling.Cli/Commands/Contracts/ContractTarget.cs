using System.CommandLine;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Control;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Training;

namespace Starling.Cli.Commands.Contracts;

/// <summary>
/// What the commands share by which an admin decides about a training contract that trains: which one that is, and that
/// its open round begins anew.
/// </summary>
internal static class ContractTarget
{
    /// <summary>
    /// Gives a command a contract, or a run of this machine, as its first argument, the options by which the user names
    /// a node, and what it does.
    /// </summary>
    public static Command DoesWithContract(this Command command,
        Func<ControlSession, ParseResult, NamedContract, CancellationToken, Task> action)
    {
        var contract =
            new Argument<string>("contract") { Description = "The training contract, or a run of this machine by its name or folder." };
        command.Arguments.Insert(0, contract);
        NodeCommands.AddOptions(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var named = parsed.GetValue(contract)!;
            var runs = parsed.GetValue(NodeCommands.Runs)!;
            var mayBeRun = !NodeCommands.NamesNode(parsed);
            // Without a context nothing but a run can be meant.
            var run = !mayBeRun ? null
                : ContextFile.Read(ContextFile.Folder).Active is null ? RunFolder.Find(runs, named) : RunFolder.TryFind(runs, named);
            using var session = await NodeCommands.OpenAsync(parsed, run, cancellation).ConfigureAwait(false);
            var name = run?.ReadPlan()?.Contract ?? await session.FindAsync(ContractKind.Training, named, cancellation,
                mayBeRun ? RunFolder.All(runs).Select(found => found.Name) : null).ConfigureAwait(false);
            await action(session, parsed, new NamedContract(name, named), cancellation).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>That there is a round to restart.</summary>
    /// <param name="contract">The contract.</param>
    /// <param name="instead">What happens without a restart, as the end of a sentence's clause.</param>
    /// <exception cref="CommandException">The contract has no rounds that all open together.</exception>
    public static void MustUseRounds(ContractDescription contract, string instead)
    {
        if (!ContractOutlook.UsesRounds(contract))
            throw new CommandException(ExitCode.Usage,
                $"{contract.Contract} has no rounds that all open together, so there is none to restart: {instead}; leave --restart out.");
    }

    /// <summary>Opens a round again.</summary>
    /// <returns>The contract after that.</returns>
    public static async Task<ContractDescription> RestartAsync(this ControlSession session, string contract, long round,
        CancellationToken cancellation)
    {
        await session.AppendAsync(contract, new Restart(round), cancellation).ConfigureAwait(false);
        return await session.Client.GetContractAsync(contract, cancellation).ConfigureAwait(false);
    }
}
