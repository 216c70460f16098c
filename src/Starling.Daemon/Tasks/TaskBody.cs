using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Tasks;
using Starling.Learning.Experiments;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>
/// What the body of a task says, as its kind has it. Whoever writes a task reads it by this before it is appended, and so does the operator
/// that carries it out.
/// </summary>
public abstract record TaskBody
{
    internal const string ContentNameForm = "use up to 64 of a-z, 0-9, '-', '.' and '_'";

    private static readonly ImmutableArray<string> OwnersKeys = ["folder", "file", "testFile"];

    private protected TaskBody()
    {
    }

    /// <summary>The content that must be on a host before.</summary>
    public virtual ImmutableArray<string> Needed => [];

    /// <summary>The content that is on a host after.</summary>
    public virtual ImmutableArray<string> Made => [];

    /// <summary>Reads a body before it is appended. What the owner of a host says of it is not known yet, and no mistake.</summary>
    /// <param name="kind">The task's kind.</param>
    /// <param name="outcome">The task's outcome.</param>
    /// <param name="body">The body.</param>
    /// <exception cref="ConfigurationException">It has mistakes; all of them are listed.</exception>
    public static TaskBody Read(TaskKind kind, string outcome, ConfigurationTree body) => Read(kind, outcome, body, null);

    /// <summary>Reads the body of a task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="settings">What the owner of this host sets in every experiment; null where no host carries it out yet.</param>
    /// <exception cref="TaskException">It has mistakes; all of them are listed.</exception>
    internal static TaskBody Read(TaskDefinition task, ImmutableArray<string>? settings)
    {
        try
        {
            return Read(task.Kind, task.Outcome, YamlTreeReader.Read($"task {task.Name}", task.Body, YamlBounds.Experiment), settings);
        }
        catch (ConfigurationException mistakes)
        {
            throw new TaskException(mistakes.Message, mistakes);
        }
    }

    internal static ContentName ContentNamed(SectionBinder root, string key)
    {
        if (!ContentName.TryParse(root.Text(key), out var name))
            root.Fault(key, $"is no name of content; {ContentNameForm}");
        return name;
    }

    private static TaskBody Read(TaskKind kind, string outcome, ConfigurationTree body, ImmutableArray<string>? settings)
    {
        if (kind == TaskKind.RunTraining && body.Root.Find("command") is null)
            return ReadExperiment(body, settings);
        var binder = new ConfigurationBinder(body);
        TaskBody read = kind switch
        {
            TaskKind.RunTraining => ProgramOrder.Bind(binder.Root),
            TaskKind.PrepareContent => ContentOrder.Bind(binder.Root, outcome),
            TaskKind.FetchContent => FetchOrder.Bind(binder.Root),
            TaskKind.UpgradeProgram => UpgradeOrder.Bind(binder.Root),
            _ => new StopOrder(),
        };
        var mistakes = binder.Complete();
        return mistakes.IsEmpty ? read : throw new ConfigurationException(mistakes);
    }

    private static ExperimentOrder ReadExperiment(ConfigurationTree body, ImmutableArray<string>? settings)
    {
        var data = body.Root.Find("data")?.Value as ConfigurationSection;
        ImmutableArray<Mistake> owners =
        [
            .. OwnersKeys.Select(key => data?.Find(key)).OfType<ConfigurationEntry>().Select(named => new Mistake(named.Position,
                $"data.{named.Key}",
                "says where a host's rows are, which only its owner does; take it out of the task, and have the owner write it under 'tasks.set' in node.yaml")),
        ];
        Experiment? experiment = null;
        var mistakes = owners;
        try
        {
            experiment = ExperimentReader.Read(body, settings);
            if (experiment.Program.Command is not null)
                mistakes = mistakes.Add(new Mistake(body.Root.Find("program")?.Position ?? body.Root.Position, "program",
                    "is of the kind command, which 'starling run' alone starts; in a task write the command itself, as the body's 'command'"));
        }
        catch (ConfigurationException found)
        {
            mistakes = [.. mistakes, .. found.Mistakes.Where(mistake => settings is not null || !IsForOwners(mistake.Path, data))];
        }

        return mistakes.IsEmpty ? new ExperimentOrder(experiment) : throw new ConfigurationException(mistakes);
    }

    // Where a body does not say what the rows are, its hosts' owners may; and with that, what goes with them.
    private static bool IsForOwners(string path, ConfigurationSection? data) => OwnersKeys.Any(key => path == $"data.{key}")
        || (data?.Find("set") is null && (path == "program.kind" || path.StartsWith("data.", StringComparison.Ordinal)));
}
