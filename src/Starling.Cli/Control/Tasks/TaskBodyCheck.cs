using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Tasks;
using Starling.Daemon.Tasks;
using Starling.Learning.Experiments;

namespace Starling.Cli.Control.Tasks;

/// <summary>Reads a task's body as its operators will, so that its mistakes show to whoever writes it.</summary>
internal static class TaskBodyCheck
{
    private const string Key = "body";

    /// <summary>What is wrong with the body of a task's file, each mistake at its place in the file.</summary>
    /// <param name="kind">The task's kind.</param>
    /// <param name="outcome">The task's outcome.</param>
    /// <param name="file">The file.</param>
    public static ImmutableArray<Mistake> Of(TaskKind kind, string outcome, ConfigurationTree file)
    {
        var value = file.Root.Find(Key)?.Value;
        try
        {
            if (value is ConfigurationText text)
                Read(kind, outcome, file.File, text.Value);
            else
                TaskBody.Read(kind, outcome,
                    new ConfigurationTree(file.File, value as ConfigurationSection ?? new ConfigurationSection(file.Root.Position, [])));
            return [];
        }
        catch (ConfigurationException found)
        {
            return [.. found.Mistakes.Select(mistake => mistake with
            {
                Path = mistake.Path.Length == 0 ? Key : $"{Key}.{mistake.Path}",
                Position = Place(mistake.Position, value),
            })];
        }
    }

    /// <summary>Reads a body that is a text.</summary>
    /// <param name="kind">The task's kind.</param>
    /// <param name="outcome">The task's outcome.</param>
    /// <param name="name">What mistakes call it.</param>
    /// <param name="body">The body.</param>
    /// <returns>The content that must be on an operator's host before, and what is there after.</returns>
    /// <exception cref="ConfigurationException">It has mistakes; all of them are listed.</exception>
    public static (ImmutableArray<string> Needed, ImmutableArray<string> Made) Read(TaskKind kind, string outcome, string name, string body)
    {
        var read = TaskBody.Read(kind, outcome, YamlTreeReader.Read(name, body, YamlBounds.Experiment));
        return (read.Needed, read.Made);
    }

    // The lines of a block stand in the file as they are; of another text only where it begins is known.
    private static SourcePosition Place(SourcePosition within, ConfigurationNode? body) => body switch
    {
        ConfigurationText { IsBlock: true } block => within with { Line = block.Position.Line + Math.Max(1, within.Line) },
        ConfigurationText text => text.Position,
        _ => within,
    };
}
