using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Tasks;

namespace Starling.Cli.Control;

/// <summary>Finds what a command names on the ledger. What is not there is told with what is.</summary>
internal static class KnownNames
{
    /// <summary>A contract that is there.</summary>
    /// <param name="session">The node.</param>
    /// <param name="kind">Of which kind it must be.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="runs">Names of runs, where one may stand for its contract.</param>
    /// <exception cref="CommandException">There is none of this name and kind.</exception>
    public static async Task<string> FindAsync(this ControlSession session, ContractKind kind, string name, CancellationToken cancellation,
        IEnumerable<string>? runs = null)
    {
        try
        {
            if (kind == ContractKind.Runner)
                await session.Client.GetRunnerAsync(name, cancellation).ConfigureAwait(false);
            else
                await session.Client.GetContractAsync(name, cancellation).ConfigureAwait(false);
            return name;
        }
        catch (NodeClientException missing) when (missing.ExitCode == ExitCode.Usage)
        {
            var contracts = await ControlSession.AllAsync(after => session.Client.GetContractsAsync(after, cancellation))
                .ConfigureAwait(false);
            var (word, other, command) = kind == ContractKind.Runner
                ? ("task runner", "training contract", "starling runner list")
                : (runs is null ? "training contract" : "training contract or run", "task runner", "starling contract list");
            var known = contracts.Where(contract => contract.Kind == kind && contract.Stage != ContractStage.Deleted)
                .Select(contract => contract.Contract).Concat(runs ?? []);
            var note = contracts.Any(contract => contract.Contract == name && contract.Kind != kind) ? $", which is a {other}" : "";
            throw new CommandException(ExitCode.Usage, UnknownName.Sentence(word, name, known, command, note), missing);
        }
    }

    /// <summary>A task that is there.</summary>
    /// <exception cref="CommandException">The task runner has none of this name.</exception>
    public static async Task<TaskName> TaskAsync(this ControlSession session, string runner, string name, CancellationToken cancellation)
    {
        var tasks = await ControlSession.AllAsync(after => session.Client.GetTasksAsync(runner, after, cancellation)).ConfigureAwait(false);
        return TaskName.TryParse(name, out var task) && tasks.Any(known => known.Name == name)
            ? task
            : throw new CommandException(ExitCode.Usage,
                UnknownName.Sentence("task", name, tasks.Select(known => known.Name), $"starling task list --runner {runner}",
                    $" in {runner}"));
    }
}
