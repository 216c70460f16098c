using System.Collections.Immutable;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Api.Tasks;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Tasks;

namespace Starling.Cli.Control.Tasks;

/// <summary>Looks up what a task names besides itself, and reads its body once more, before it can no longer be mended.</summary>
/// <param name="session">The node.</param>
/// <param name="runner">The task runner.</param>
internal sealed class TaskReferences(ControlSession session, string runner)
{
    /// <summary>The training contract that a task names.</summary>
    /// <exception cref="CommandException">There is none of this name, or no longer.</exception>
    public async Task<ContractReference> TrainingAsync(string contract, CancellationToken cancellation)
    {
        await session.FindAsync(ContractKind.Training, contract, cancellation).ConfigureAwait(false);
        var found = await session.Client.GetContractAsync(contract, cancellation).ConfigureAwait(false);
        if (found.Stage == ContractStage.Deleted)
            throw new CommandException(ExitCode.Usage, $"{contract} was deleted; name another contract under 'training'.");
        return Digest.TryParse(found.Founding, out var founding)
            ? new ContractReference(ContractId.Parse(contract), new EntryId(founding))
            : throw new CommandException(ExitCode.CheckFailed,
                $"{session.Client.Node} told no founding of {contract}; do not trust this node.");
    }

    /// <summary>
    /// Checks a task that is to become final. Content that no task makes may lie on the hosts already: that is only noted.
    /// </summary>
    /// <exception cref="CommandException">It could not be carried out; all mistakes of its body are told.</exception>
    public async Task CheckAsync(TaskName task, CancellationToken cancellation)
    {
        var found = await session.Client.GetTaskAsync(runner, task.Value, cancellation).ConfigureAwait(false);
        if (found.Task.Final)
            return;
        if (found.Task.Training is { } training)
            await TrainingAsync(training, cancellation).ConfigureAwait(false);
        if (found.Task.Prerequisite is { } before)
            await OrderAsync(task, before, cancellation).ConfigureAwait(false);
        try
        {
            foreach (var content in Read(found).Needed)
                await NoteAsync(content, cancellation).ConfigureAwait(false);
        }
        catch (ConfigurationException mistakes)
        {
            throw new CommandException(ExitCode.Configuration,
                $"{mistakes.Message}\n{task} is not final; write it anew with 'starling task edit FILE', then make it final.", mistakes);
        }
    }

    /// <summary>Checks that a task's prerequisite is there, and does not wait for the task itself.</summary>
    /// <exception cref="CommandException">It is not, or does.</exception>
    public async Task OrderAsync(TaskName task, string prerequisite, CancellationToken cancellation)
    {
        var before = await session.TaskAsync(runner, prerequisite, cancellation).ConfigureAwait(false);
        var tasks = await ControlSession.AllAsync(after => session.Client.GetTasksAsync(runner, after, cancellation)).ConfigureAwait(false);
        var order = tasks.Where(each => each.Prerequisite is not null)
            .ToDictionary(each => TaskName.Parse(each.Name), each => TaskName.Parse(each.Prerequisite!));
        if (PrerequisiteCircle.Find(task, before, order.GetValueOrDefault) is { } circle)
            throw new CommandException(ExitCode.Usage, circle);
    }

    private static (ImmutableArray<string> Needed, ImmutableArray<string> Made) Read(TaskDescription task) =>
        TaskBodyCheck.Read((TaskKind)task.Task.Kind, task.Task.Outcome, $"task {task.Task.Name}", task.Body);

    private async Task NoteAsync(string content, CancellationToken cancellation)
    {
        var made = await MadeAsync(cancellation).ConfigureAwait(false);
        if (!made.Contains(content))
            await Console.Error.WriteLineAsync(
                $"note: {UnknownName.Sentence("content", content, made, null, $" that a task of {runner} makes")} It must be on the hosts already.")
                .ConfigureAwait(false);
    }

    private async Task<IReadOnlyCollection<string>> MadeAsync(CancellationToken cancellation)
    {
        var made = new SortedSet<string>(StringComparer.Ordinal);
        var tasks = await ControlSession.AllAsync(after => session.Client.GetTasksAsync(runner, after, cancellation)).ConfigureAwait(false);
        foreach (var task in tasks.Where(task => task.Kind is not (TaskWord.RunTraining or TaskWord.StopPrograms)))
            try
            {
                made.UnionWith(Read(await session.Client.GetTaskAsync(runner, task.Name, cancellation).ConfigureAwait(false)).Made);
            }
            catch (ConfigurationException)
            {
                // One with mistakes makes nothing.
            }

        return made;
    }
}
