using System.CommandLine;
using Starling.Api;
using Starling.Cli.Checking;
using Starling.Cli.Terminal;
using Starling.Core.Training;
using Starling.Learning.Data.Profiles;

namespace Starling.Cli.Commands;

/// <summary><c>starling check</c>: explains a file of rows before anything trains on it.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var file = new Argument<string>("file")
        {
            Description = "A CSV file, plain or gzip; or a folder, or a file, of images and labels in the IDX format."
        };
        var label = new Option<string?>("--label")
        {
            Description = "Of a CSV file, the label's column: its name, its index from 0, or 'last', which it is unless given."
        };
        var nodes = new Option<int>("--nodes") { Description = "How many nodes are to share the rows.", DefaultValueFactory = _ => 4 };
        var command = new ExampledCommand(
            "check", "Explains a file of rows: types, label, classes, and all that keeps it from being trained on.",
            "starling check rows.csv",
            "starling check patients.csv.gz --label diagnosis --nodes 5",
            "starling check mnist                                       # a folder with the four IDX files")
        {
            file, label, nodes, CommandOutput.Json,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(nodes) is < 1 or > TrainingSettings.MaxMembers)
                throw new CommandException(ExitCode.Usage, $"--nodes is {parsed.GetValue(nodes)}; it must be 1 to {TrainingSettings.MaxMembers}.");
            if (parsed.GetValue(label) is not null && IdxProfiler.Knows(parsed.GetValue(file)!))
                throw new CommandException(ExitCode.Usage,
                    "--label names a column of a CSV file; images in the IDX format have their labels in a file of their own.");
            var check = DataCheck.Of(parsed.GetValue(file)!, parsed.GetValue(label), parsed.GetValue(nodes), Console.Error);
            parsed.Print(check.Report(), CliJson.Default.CheckReport, check.Write, isContent: true);
            if (check.Profile.Faults is { Length: > 0 and var faults })
                throw new CommandException(ExitCode.Data,
                    $"{check.Profile.Path}: cannot be trained on as it is, for {(faults == 1 ? "a reason" : $"{faults:N0} reasons")} listed on standard output.");
        });
        return command;
    }
}
