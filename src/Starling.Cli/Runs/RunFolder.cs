using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Starling.Api;
using Starling.Api.Events;
using Starling.Cli.Commands;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Cli.Runs;

/// <summary>
/// Where a run keeps everything. Files in it name each other by relative paths, so that the folder can be moved while nothing runs.
/// </summary>
/// <param name="path">The folder, as a full path.</param>
internal sealed class RunFolder(string path)
{
    private const string PlanName = "plan.json";

    // Nothing that a person makes has it: what lies in a folder without it is not a run's to remove.
    private const string MarkerName = ".starling-run";

    /// <summary>The option that says where runs are kept, <c>runs</c> below the working directory unless given.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="isRecursive">Whether the commands below have it too.</param>
    public static Option<string> Option(string name = "--out", bool isRecursive = false) => new(name)
    {
        Description = "The folder that runs are kept in.",
        DefaultValueFactory = _ => "runs",
        Recursive = isRecursive
    };

    /// <summary>The folder, as a full path.</summary>
    public string Path => path;

    /// <summary>The run's name: its folder's.</summary>
    public string Name => System.IO.Path.GetFileName(path);

    /// <summary>
    /// Whether <c>starling run</c> made the folder, so that it may be gone on with and removed: any other with an experiment in it is
    /// somebody's project. Runs of earlier versions have no marker, but a ledger beside their plan.
    /// </summary>
    public bool IsOwn => File.Exists(At(MarkerName)) || (File.Exists(At(PlanName)) && File.Exists(Ledger));

    /// <summary>That the folder is not <see cref="IsOwn"/>, and so stays as it is.</summary>
    public string Foreign =>
        $"{Path} is not touched: it is no run, or one that an earlier version never set up, which is to be removed by hand";

    public string Experiment => At("experiment.yaml");

    public string Ledger => At("ledger.db");

    public string Model => At("model.safetensors");

    public string Metrics => At("metrics.csv");

    public string Summary => At("run.json");

    public string Report => At("report.html");

    public string Baselines => At("baselines.json");

    public string Authority => At("trust", "authority.pem");

    public string AuthorityKey => At("trust", "authority.key");

    public string AdminCertificate => At("trust", "admin.pem");

    public string AdminKey => At("trust", "admin.key");

    /// <summary>Makes the next free folder for an experiment.</summary>
    /// <param name="runs">The folder that runs are kept in; made if it is not there.</param>
    /// <param name="experiment">The experiment's name.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static (RunFolder Folder, RunLock Lock) Create(string runs, string experiment)
    {
        Directory.CreateDirectory(runs);
        for (var number = 1; ; number++)
        {
            var path = System.IO.Path.GetFullPath(
                System.IO.Path.Combine(runs, string.Create(CultureInfo.InvariantCulture, $"{experiment}-{number}")));
            if (Directory.Exists(path) || File.Exists(path))
                continue;
            Directory.CreateDirectory(path);
            // Another process may have made the same folder at the same moment: only one of them gets its lock while it is empty.
            if (RunLock.TryMake(path) is not { } taken)
                continue;
            try
            {
                File.WriteAllText(System.IO.Path.Combine(path, MarkerName), "Made by 'starling run'; 'starling runs remove' removes it.\n");
                return (new RunFolder(path), taken);
            }
            catch
            {
                taken.Dispose();
                Directory.Delete(path, recursive: true);
                throw;
            }
        }
    }

    /// <summary>Finds a run by its name or by its path.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static RunFolder Find(string runs, string run)
    {
        if (TryFind(runs, run) is { } there)
            return there;
        throw new CommandException(ExitCode.Usage,
            UnknownName.Sentence("run", run, All(runs).Select(found => found.Name), "starling runs list", $" in {runs}"));
    }

    /// <summary>Finds a run that is to be gone on with or removed.</summary>
    /// <exception cref="CommandException">There is none, or it is a folder that <c>starling run</c> did not make.</exception>
    public static RunFolder FindOwn(string runs, string run)
    {
        var found = Find(runs, run);
        return found.IsOwn ? found : throw new CommandException(ExitCode.Usage, $"{found.Foreign}; 'starling runs list' names the runs.");
    }

    /// <summary>Finds a run by its name or by its path; null if there is none.</summary>
    public static RunFolder? TryFind(string runs, string run)
    {
        foreach (var candidate in (string[])[System.IO.Path.Combine(runs, run), run])
            if (Directory.Exists(candidate) && IsRun(candidate))
                return new RunFolder(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(candidate)));
        return null;
    }

    /// <summary>The runs in a folder, by name, and what else has an experiment in it.</summary>
    public static IReadOnlyList<RunFolder> All(string runs) => Directory.Exists(runs)
        ? [.. Directory.GetDirectories(runs).Where(IsRun).Order(StringComparer.Ordinal)
            .Select(found => new RunFolder(System.IO.Path.GetFullPath(found)))]
        : [];

    /// <summary>A node's folder.</summary>
    public string NodeFolder(PlannedNode node) => At("nodes", node.Name);

    /// <summary>Where a node keeps its journal, blobs and events.</summary>
    public string NodeData(PlannedNode node) => At("nodes", node.Name, "data");

    /// <summary>A node's <c>node.yaml</c>.</summary>
    public string NodeFile(PlannedNode node) => At("nodes", node.Name, Api.NodeFile.Name);

    /// <summary>What a node's process writes on its output and error.</summary>
    public string NodeLog(PlannedNode node) => At("nodes", node.Name, "output.log");

    /// <summary>The events that a node told so far, in order.</summary>
    public IEnumerable<ApiEvent> Events(PlannedNode node) => EventFile.Read(System.IO.Path.Combine(NodeData(node), EventFile.Name));

    /// <summary>What the run was set up with; null if setting it up was never finished.</summary>
    public RunPlan? ReadPlan() => Read(At(PlanName), CliJson.Default.RunPlan);

    /// <summary>Replaces the plan, whole or not at all.</summary>
    public void Write(RunPlan plan) => Write(At(PlanName), plan, CliJson.Default.RunPlan);

    /// <summary>How the run ended; null if it has not.</summary>
    public RunSummary? ReadSummary() => Read(Summary, CliJson.Default.RunSummary);

    /// <summary>Says how the run ended.</summary>
    public void Write(RunSummary summary) => Write(Summary, summary, CliJson.Default.RunSummary);

    /// <summary>What nodes reach without merging, as far as it is known; null if nothing is.</summary>
    public BaselineResults? ReadBaselines() => Read(Baselines, CliJson.Default.BaselineResults);

    /// <summary>Keeps what is known of the baselines.</summary>
    public void Write(BaselineResults baselines) => Write(Baselines, baselines, CliJson.Default.BaselineResults);

    /// <summary>The experiment as it was when the run began.</summary>
    public Experiment ReadExperiment() => ExperimentReader.ReadFile(Experiment);

    /// <summary>
    /// That the rows are others than when the run was set up, or are read otherwise, as a sentence that lacks what else can be done; null
    /// if they are the same, as far as it was noted what they were.
    /// </summary>
    /// <param name="experiment">The run's experiment.</param>
    /// <exception cref="Learning.Data.DataException">They cannot be read.</exception>
    public string? ChangedRows(Experiment experiment)
    {
        if (ReadPlan() is not { } plan || DataTrace.Change(plan.Data, experiment) is not var (file, how, remedy))
            return null;
        return $"{file}: {how} {Name} was set up, and which rows it holds back comes of all of them; {remedy}";
    }

    /// <summary>Replaces a text file, whole or not at all.</summary>
    public static void WriteText(string file, string text)
    {
        var draft = file + ".part";
        try
        {
            File.WriteAllText(draft, text);
            File.Move(draft, file, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Removes the run.</summary>
    public void Delete() => Directory.Delete(path, recursive: true);

    /// <summary>Removes the run and, if nothing else is in it, the folder that it is kept in.</summary>
    public void DeleteWithEmptyBase()
    {
        Delete();
        var runs = System.IO.Path.GetDirectoryName(path)!;
        if (!Directory.EnumerateFileSystemEntries(runs).Any())
            Directory.Delete(runs);
    }

    private static bool IsRun(string folder) =>
        ((string[])[MarkerName, PlanName, "experiment.yaml"]).Any(name => File.Exists(System.IO.Path.Combine(folder, name)));

    private static T? Read<T>(string file, JsonTypeInfo<T> form)
        where T : class
    {
        if (!File.Exists(file))
            return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(file), form);
        }
        catch (JsonException e)
        {
            throw new CommandException(ExitCode.Data,
                $"{file}: is damaged ({e.Message.TrimEnd('.')}); remove the run, or put the file back.", e);
        }
    }

    private static void Write<T>(string file, T value, JsonTypeInfo<T> form) =>
        WriteText(file, JsonSerializer.Serialize(value, form) + "\n");

    private string At(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([path, .. parts]);
}
