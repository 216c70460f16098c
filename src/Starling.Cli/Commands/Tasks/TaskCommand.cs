using System.CommandLine;
using System.Globalization;
using Starling.Api;
using Starling.Api.Tasks;
using Starling.Cli.Commands.Runners;
using Starling.Cli.Control;
using Starling.Cli.Control.Tasks;
using Starling.Cli.Terminal;
using Starling.Core.Tasks;

namespace Starling.Cli.Commands.Tasks;

/// <summary><c>starling task</c>: the tasks of a task runner, as its admin.</summary>
internal static class TaskCommand
{
    private static readonly Option<string?> Runner =
        new("--runner") { Description = "The task runner; the usual one of the context, or the only one, unless given." };
    private static readonly Argument<string> NamedTask = new("task") { Description = "The task." };

    /// <summary>The command and those below it.</summary>
    public static Command Build() => new("task", "The tasks of a task runner: writes them, shows them, and follows what comes of them.")
    {
        BuildWrite(new ExampledCommand("create", "Writes a task from a YAML file. It can be edited until it is final.",
            "starling task create train.yaml --runner lab"), isNew: true),
        BuildWrite(new ExampledCommand("edit", "Writes a task that is not final anew from a YAML file.", "starling task edit train.yaml"),
            isNew: false),
        OverTask(new ExampledCommand("body", "Prints a task's body.", "starling task body train"),
            async (session, parsed, runner, task, cancellation) =>
        {
            var found = await session.Client.GetTaskAsync(runner, task.Value, cancellation).ConfigureAwait(false);
            parsed.Print(found, ApiJson.Default.TaskDescription,
                output => output.Write(found.Body.EndsWith('\n') ? found.Body : found.Body + "\n"), isContent: true);
        }),
        OverTask(
            new ExampledCommand("finalise", "Makes a task final: it may be assigned, and never changes.", "starling task finalise train"),
            async (session, parsed, runner, task, cancellation) =>
        {
            await new TaskReferences(session, runner).CheckAsync(task, cancellation).ConfigureAwait(false);
            await DecideAsync(session, parsed, runner, new FinaliseTask(task), $"{task} is final", cancellation).ConfigureAwait(false);
        }),
        OverTask(new ExampledCommand("delete", "Deletes a task that is not final.", "starling task delete train"),
            (session, parsed, runner, task, cancellation) =>
                DecideAsync(session, parsed, runner, new DeleteTask(task), $"{task} is deleted", cancellation)),
        BuildList(),
        OverTask(new ExampledCommand("info", "Shows a task.", "starling task info train"),
            async (session, parsed, runner, task, cancellation) =>
        {
            var found = await session.Client.GetTaskAsync(runner, task.Value, cancellation).ConfigureAwait(false);
            parsed.Print(found, ApiJson.Default.TaskDescription, output => TaskViews.Write(found, output));
        }),
        OverTask(new ExampledCommand("cancel", "Cancels a task that is being carried out.", "starling task cancel train"),
            (session, parsed, runner, task, cancellation) =>
                RunnerCommand.CancelAsync(session, parsed, runner, task.Value, "", cancellation)),
        BuildLogs(),
    };

    private static Command OverTask(Command command, Func<ControlSession, ParseResult, string, TaskName, CancellationToken, Task> action)
    {
        command.Add(NamedTask);
        command.Add(Runner);
        return command.Does(async (session, parsed, cancellation) =>
        {
            var runner = await session.RunnerAsync(parsed.GetValue(Runner), cancellation).ConfigureAwait(false);
            var task = await session.TaskAsync(runner, parsed.GetValue(NamedTask)!, cancellation).ConfigureAwait(false);
            await action(session, parsed, runner, task, cancellation).ConfigureAwait(false);
        });
    }

    private static Command BuildWrite(Command command, bool isNew)
    {
        var file =
            new Argument<string>("file") { Description = "A YAML file with name, kind, author, prerequisite, outcome, training and body." };
        command.Add(file);
        command.Add(Runner);
        return command.Does(async (session, parsed, cancellation) =>
        {
            var read = TaskFile.Read(parsed.GetValue(file)!);
            var runner = await session.RunnerAsync(parsed.GetValue(Runner), cancellation).ConfigureAwait(false);
            var references = new TaskReferences(session, runner);
            if (!isNew)
                await session.TaskAsync(runner, read.Name.Value, cancellation).ConfigureAwait(false);
            if (!read.Prerequisite.IsNone)
                await references.OrderAsync(read.Name, read.Prerequisite.Value, cancellation).ConfigureAwait(false);
            var training = read.Training is { } contract
                ? await references.TrainingAsync(contract.Value, cancellation).ConfigureAwait(false) : null;
            var task = new TaskDefinition(
                read.Name, read.Kind, read.Author.Length > 0 ? read.Author : session.Identity.Id.Value, read.Prerequisite, read.Outcome,
                training, read.Body);
            var answer = await session.AppendAsync(runner, new WriteTask(task, Replaces: !isNew), cancellation).ConfigureAwait(false);
            parsed.Print(new TaskReport(answer.Contract, answer.Entry, answer.Height, task.Name.Value), CliJson.Default.TaskReport,
                output => output.WriteLine($"{task.Name} is written; make it final with 'starling task finalise {task.Name}'"));
        });
    }

    private static async Task DecideAsync(ControlSession session, ParseResult parsed, string runner, RunnerEntry entry, string sentence,
        CancellationToken cancellation)
    {
        var answer = await session.AppendAsync(runner, entry, cancellation).ConfigureAwait(false);
        parsed.Print(answer, ApiJson.Default.EntryAnswer, output => output.WriteLine(sentence));
    }

    private static Command BuildList() =>
        new ExampledCommand("list", "Lists the tasks.", "starling task list --runner lab") { Runner }.Does(
            async (session, parsed, cancellation) =>
    {
        var runner = await session.RunnerAsync(parsed.GetValue(Runner), cancellation).ConfigureAwait(false);
        var tasks = await ControlSession.AllAsync(after => session.Client.GetTasksAsync(runner, after, cancellation)).ConfigureAwait(false);
        parsed.Print(tasks, CliJson.Default.IReadOnlyListTaskSummary, output => TaskViews.Write(tasks, output));
    });

    private static Command BuildLogs()
    {
        var peer = new Option<string?>("--peer") { Description = "Only this operator: its SPIFFE ID, organisation/name, or name." };
        var whole = new Option<bool>("--whole")
        {
            Description = "Asks each operator's node for all the output that it keeps, instead of the end of it."
        };
        return OverTask(new ExampledCommand("logs",
            "Prints what the operators of a task's latest run say, with the end of their programs' output.", "starling task logs train",
            "starling task logs train --peer clinic-a/node --whole") { peer, whole },
            async (session, parsed, runner, task, cancellation) =>
            {
                var runs =
                    await ControlSession.AllAsync(after => session.Client.GetRunsAsync(runner, after, cancellation)).ConfigureAwait(false);
                var latest = runs.LastOrDefault(run => run.Task == task.Value)
                    ?? throw new CommandException(ExitCode.Usage,
                        string.Create(CultureInfo.InvariantCulture,
                            $"{task} is not among the latest {runs.Count} runs of {runner}; assign it first."));
                var run = await RunnerViews.ReadAsync(session, runner, latest.Number, cancellation).ConfigureAwait(false);
                var wanted = parsed.GetValue(peer) is { } named
                    ? OperatorNames.Find(named, [.. run.Work.Items.Select(work => work.Operator)]) : null;
                IReadOnlyList<OperatorWork> works = [.. run.Work.Items.Where(work => wanted is null || work.Operator == wanted)];
                if (parsed.GetValue(whole))
                    works = await new WholeOutput(session).OfAsync(runner, latest.Number, works, cancellation).ConfigureAwait(false);
                parsed.Print(works, CliJson.Default.IReadOnlyListOperatorWork, output =>
                {
                    foreach (var work in works)
                        RunnerViews.WriteWhole(work, output);
                });
            });
    }
}
