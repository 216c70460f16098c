using System.Collections.Frozen;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Checking;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Learning.Data.Profiles;
using Starling.Learning.Experiments;

namespace Starling.Cli.Scaffolding;

/// <summary>A project that is to be made: a program over rows that were looked at, and the experiment that runs it.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Language">What its program is written in.</param>
/// <param name="Nodes">How many nodes train.</param>
/// <param name="File">The file of rows, as its files name it.</param>
/// <param name="Profile">What is in it.</param>
internal sealed record NewProject(string Name, ProjectLanguage Language, int Nodes, string File, DataProfile Profile)
{
    private const int LongestName = 64;

    // Behind the name of a template that would otherwise be a project, or rule one, of this repository.
    private const string NotOurs = ".txt";

    /// <summary>Checks a name: it names a folder and an experiment.</summary>
    /// <exception cref="CommandException">It is none.</exception>
    public static void CheckName(string name)
    {
        if (name.Length is 0 or > LongestName || !char.IsAsciiLetterOrDigit(name[0])
            || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new CommandException(ExitCode.Usage,
                $"'{Mistake.Shorten(name)}' cannot name a project; write letters, digits, dots, dashes and underscores, a letter or digit first, at most {LongestName} of them.");
    }

    /// <summary>Throws if the rows are such that no program can be written for them.</summary>
    /// <exception cref="CommandException">They are; all reasons are told.</exception>
    public void Check()
    {
        // A column that is no number is encoded, filled or left out; what is broken about lines and labels is not.
        var faults =
            Profile.Faults.Where(fault => fault.Column is null || fault.Column == Profile.Label).Select(fault => fault.ToString()).ToList();
        if (Profile.Source != DataSource.Csv)
            faults.Add("is no file of comma-separated values; for images in the IDX format there is an experiment, examples/mnist.yaml.");
        else if (faults.Count == 0 && Profile.Classes.Length < 2)
            faults.Add("has one label only; name the label's column with --label.");
        else if (!Profile.Features.Any(ColumnsFile.IsUsed))
            faults.Add("has no column that a model can be given; 'starling check' says what each holds.");
        if (faults.Count > 0)
            throw new CommandException(ExitCode.Data, string.Join('\n', faults.Select(fault => $"{Profile.Path}: {fault}")));
    }

    /// <summary>The columns that the program does not read, each with why.</summary>
    public IEnumerable<string> LeftOut() =>
        Profile.Features.Where(column => !ColumnsFile.IsUsed(column))
            .Select(column => $"{column.Name} ({column.Kind.ToString().ToLowerInvariant()})");

    /// <summary>Its files, by name, but for the rows.</summary>
    /// <param name="python">The command that runs Python.</param>
    public SortedDictionary<string, string> Files(string python)
    {
        var (folder, names) = Language == ProjectLanguage.Python
            ? ("python", (string[])["train.py", "rows.py", "experiment.yaml", "README.md"])
            : ("csharp",
                ["Program.cs", "Softmax.cs", "Rows.cs", "program.csproj.txt", "Directory.Build.props.txt", "experiment.yaml", "README.md"]);
        var values = Values(python);
        var files =
            new SortedDictionary<string, string>(StringComparer.Ordinal) { ["columns.json"] = ColumnsFile.Of(File, Profile).Text() };
        foreach (var name in names)
            files.Add(name.EndsWith(NotOurs, StringComparison.Ordinal) ? name[..^NotOurs.Length] : name,
                ProjectTemplate.Fill($"{folder}/{name}", values));
        return files;
    }

    private FrozenDictionary<string, string> Values(string python)
    {
        var length = TrainingLength.Of(Profile.Rows, Nodes);
        return new Dictionary<string, string>
        {
            ["name"] = Name,
            ["nodes"] = Text(Nodes),
            ["minPeers"] = Text(Math.Max(2, Nodes - 1)),
            ["rounds"] = Text(length.Rounds),
            ["epochs"] = Text(length.Epochs),
            ["sync"] = Text(length.Sync),
            ["file"] = DataSection.Scalar(File),
            ["fileName"] = Path.GetFileName(File),
            ["python"] = DataSection.Scalar(python),
            ["package"] = PythonPackage.Folder,
            ["assemblies"] = System.Security.SecurityElement.Escape(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)),
            ["rows"] = Profile.Rows.ToString("N0", CultureInfo.InvariantCulture),
            ["rowsPerNode"] = (Profile.Rows / Nodes).ToString("N0", CultureInfo.InvariantCulture),
            ["label"] = Mistake.Shorten(Profile.Columns[Profile.Label ?? 0].Name),
            ["classes"] = Text(Profile.Classes.Length),
        }.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
