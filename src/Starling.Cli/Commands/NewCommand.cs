using System.CommandLine;
using Starling.Api;
using Starling.Cli.Checking;
using Starling.Cli.Scaffolding;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Core.Training;

namespace Starling.Cli.Commands;

/// <summary><c>starling new</c>: makes a program, and the experiment that runs it, over rows of one's own.</summary>
internal static class NewCommand
{
    private const string SampleFile = "rows.csv";

    /// <summary>The command.</summary>
    public static Command Build()
    {
        var name = new Argument<string>("name") { Description = "The folder to make; its last part names the experiment." };
        var language =
            new Option<ProjectLanguage>("--lang") { Description = "What the program is written in: python or csharp.", Required = true };
        var data = new Option<string?>("--data")
        {
            Description = "A CSV file, plain or gzip, which stays where it is; without it there are some rows to look at."
        };
        var label = new Option<string?>("--label")
        {
            Description = "The label's column: its name, its index from 0, or 'last', which it is unless given."
        };
        var nodes = new Option<int>("--nodes") { Description = "How many nodes train.", DefaultValueFactory = _ => 4 };
        var command = new ExampledCommand(
            "new", "Makes a project: a program that trains on rows of yours, and the experiment that runs it.",
            "starling new fruit --lang python                               # with some rows to look at",
            "starling new clinic --lang python --data patients.csv --label diagnosis",
            "starling new clinic --lang csharp --data patients.csv --nodes 3")
        {
            name, language, data, label, nodes, CommandOutput.Json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(nodes) is < 2 or > TrainingSettings.MaxMembers)
                throw new CommandException(ExitCode.Usage, $"--nodes is {parsed.GetValue(nodes)}; it must be 2 to {TrainingSettings.MaxMembers}.");
            if (parsed.GetValue(label) is not null && parsed.GetValue(data) is null)
                throw new CommandException(ExitCode.Usage, "--label names a column of the file that --data names; give both.");
            await MakeAsync(parsed, parsed.GetValue(name)!, parsed.GetValue(language), parsed.GetValue(data), parsed.GetValue(label),
                parsed.GetValue(nodes), cancellation).ConfigureAwait(false);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static async Task MakeAsync(ParseResult parsed, string path, ProjectLanguage language, string? data, string? label, int nodes,
        CancellationToken cancellation)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        NewProject.CheckName(name);
        using var folder = new ProjectFolder(path);
        var check =
            DataCheck.Of(data is null ? folder.Write(SampleFile, SampleRows.Text()) : Path.GetFullPath(data), label, nodes, Console.Error);
        var project = new NewProject(name, language, nodes, data is null ? SampleFile : check.Profile.Path, check.Profile);
        project.Check();
        var python = language == ProjectLanguage.Python ? PythonCommand.Find() : PythonCommand.Usual;
        if (python is null)
            Console.Error.WriteLine($"note: no Python on this host has NumPy; install it (apt-get install python3-numpy), and correct 'command' in experiment.yaml if it is not {PythonCommand.Usual}'s.");
        var files = project.Files(python ?? PythonCommand.Usual);
        foreach (var (file, text) in files)
            folder.Write(file, text);
        folder.Finish();
        if (language == ProjectLanguage.CSharp)
            await ProjectBuild.RunAsync(folder.Path, cancellation).ConfigureAwait(false);
        var report = Report(folder.Path, project, check, data is null ? [.. files.Keys, SampleFile] : files.Keys,
            Next(path, language, python ?? PythonCommand.Usual));
        parsed.Print(report, CliJson.Default.NewReport, output => Write(output, path, report, project, check));
    }

    private static string[] Next(string path, ProjectLanguage language, string python) => language == ProjectLanguage.Python
        ? [$"starling run {path}/experiment.yaml", $"STARLING_LOOPBACK=1 PYTHONPATH={PythonPackage.Folder} {python} {path}/train.py"]
        : [$"starling run {path}/experiment.yaml", $"STARLING_LOOPBACK=1 dotnet {path}/bin/program.dll", $"dotnet build {path}"];

    private static NewReport Report(string folder, NewProject project, DataCheck check, IEnumerable<string> files, string[] next) => new(
        folder, project.Language.ToString().ToLowerInvariant(), [.. files.Order(StringComparer.Ordinal)],
        Path.GetFullPath(project.File, folder),
        check.Profile.Columns[check.Profile.Label ?? 0].Name, [.. check.Profile.Classes.Select(c => c.Value)], [.. project.LeftOut()],
        next);

    private static void Write(TextWriter output, string path, NewReport report, NewProject project, DataCheck check)
    {
        output.WriteLine($"{path}: {string.Join(", ", report.Files)}");
        output.WriteLine($"  {check.Profile.Rows:N0} rows for {project.Nodes} nodes; the label is '{Mistake.Shorten(report.Label)}'{(check.IsGuess && project.File != SampleFile ? ", the last column" : "")}, with {report.Classes.Length} classes");
        if (report.LeftOut.Length > 0)
            output.WriteLine($"  left out: {string.Join(", ", report.LeftOut.Take(10).Select(Mistake.Shorten))}{(report.LeftOut.Length > 10 ? ", ..." : "")}");
        if (!check.Advice.IsEmpty && project.File != SampleFile)
            output.WriteLine($"  'starling check {check.Profile.Path}' has advice on the rows");
        output.WriteLine("next:");
        output.WriteLine($"  {report.Next[0]}    # all nodes on this machine");
        output.WriteLine($"  {report.Next[1]}    # without a node, on all rows");
        foreach (var command in report.Next.Skip(2))
            output.WriteLine($"  {command}    # after each change of the program");
    }
}
