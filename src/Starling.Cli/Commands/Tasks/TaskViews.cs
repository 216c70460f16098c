using Starling.Api.Tasks;
using Starling.Cli.Commands.Contracts;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;

namespace Starling.Cli.Commands.Tasks;

/// <summary>Shows tasks.</summary>
internal static class TaskViews
{
    public static void Write(IReadOnlyList<TaskSummary> tasks, TextWriter output)
    {
        var table = new TextTable("task", "kind", "final", ">completed", "prerequisite", "training", "outcome");
        foreach (var task in tasks)
            table.Add(task.Name, ContractViews.Word(task.Kind), task.Final ? "yes" : "no", Quantity.Count(task.Completed),
                task.Prerequisite ?? "-", task.Training ?? "-", task.Outcome);
        table.Write(output);
    }

    public static void Write(TaskDescription found, TextWriter output)
    {
        var task = found.Task;
        output.WriteLine($"{task.Name}: {ContractViews.Word(task.Kind)}, {(task.Final ? "final" : "not final yet")}, completed in {Quantity.Count(task.Completed)} runs");
        output.WriteLine($"  author        {ShownText.Line(task.Author)}");
        output.WriteLine($"  prerequisite  {task.Prerequisite ?? "none"}");
        output.WriteLine($"  outcome       {ShownText.Line(task.Outcome)}");
        if (task.Training is not null)
            output.WriteLine($"  training      {task.Training} ({found.Founding})");
        output.WriteLine($"  body          {Quantity.Bytes(System.Text.Encoding.UTF8.GetByteCount(found.Body))}; 'starling task body {task.Name}' prints it");
    }
}
