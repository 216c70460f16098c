using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Learning.Programs;

namespace Starling.Learning.Experiments;

/// <summary>Reads how a program in a process of its own is started.</summary>
public static class CommandBinding
{
    private const int MostWords = 4096, MostVariables = 256;

    /// <summary>The variables of <c>environment</c>, each <c>NAME=value</c>.</summary>
    public static ImmutableSortedDictionary<string, string> Environment(SectionBinder section)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var text in section.Texts("environment", [], MostVariables))
            if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                variables[text[..equals]] = text[(equals + 1)..];
            else
                section.Fault("environment", $"has '{Mistake.Shorten(text)}'; write NAME=value");
        return variables.ToImmutable();
    }

    /// <summary>The words of <c>command</c>; at least one.</summary>
    public static ImmutableArray<string> Words(SectionBinder section)
    {
        var words = section.Texts("command", null, MostWords);
        if (section.Has("command") && words is { IsDefault: false, Length: 0 })
            section.Fault("command", "is empty; name a program and its arguments, such as [python3, train.py]");
        return words;
    }

    /// <summary>How long a program may take to open its session: <c>openTimeout</c>.</summary>
    public static TimeSpan OpenTimeout(SectionBinder section) =>
        section.Span("openTimeout", TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1));

    /// <summary>The program of an experiment, with the path of its rows in its environment.</summary>
    internal static ProgramLaunch Of(SectionBinder section, DataSettings data)
    {
        var environment = Environment(section);
        return new ProgramLaunch(Words(section),
            (data.File ?? data.Folder) is { } rows ? environment.SetItem(ProgramLaunch.DataVariable, rows) : environment,
            OpenTimeout(section));
    }

    /// <summary>Each word that names a file from a folder on, as a full path: programs start in folders of their own.</summary>
    internal static ConfigurationNode WithFullPaths(ConfigurationNode words, Func<ConfigurationText, string> start) =>
        words is not ConfigurationList list ? words : list with
        {
            Items = [.. list.Items.Select(item =>
            item is ConfigurationText { Value.Length: > 0 } text && !text.Value.Contains('\0', StringComparison.Ordinal)
                && File.Exists(Path.Combine(start(text), text.Value))
            ? text with { Value = Path.GetFullPath(text.Value, start(text)) }
            : item)],
        };
}
