using System.Collections.Immutable;
using Starling.Core.Configuration;

namespace Starling.Learning.Experiments;

/// <summary>Reads an experiment from its file. All mistakes are reported at once.</summary>
public static class ExperimentReader
{
    private static readonly ImmutableArray<string> PathKeys = ["folder", "file", "testFile"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Settings that win over the file's, each <c>path=value</c>.</param>
    /// <exception cref="ConfigurationException">Something is wrong; every mistake is listed.</exception>
    public static Experiment ReadFile(string path, IEnumerable<string>? overrides = null) =>
        Read(YamlTreeReader.ReadFile(path, YamlBounds.Experiment), overrides);

    /// <summary>Reads a tree.</summary>
    /// <param name="tree">The file's content. Relative paths in it start at the file's folder, those of overrides at the
    /// working directory.</param>
    /// <param name="overrides">Settings that win over the file's, each <c>path=value</c>.</param>
    /// <exception cref="ConfigurationException">Something is wrong; every mistake is listed.</exception>
    public static Experiment Read(ConfigurationTree tree, IEnumerable<string>? overrides = null)
    {
        var (overridden, mistakes) = tree.Override(overrides ?? []);
        var resolved = WithFullPaths(overridden);
        var binder = new ConfigurationBinder(resolved);
        var experiment = ExperimentBinding.Bind(binder.Root, resolved);
        mistakes = [.. mistakes, .. binder.Complete()];
        return mistakes.IsEmpty ? experiment with { Effective = binder.Effective } : throw new ConfigurationException(mistakes);
    }

    private static ConfigurationTree WithFullPaths(ConfigurationTree tree)
    {
        var root = tree.Root;
        if (root.Find("data") is { Value: ConfigurationSection data } rows)
        {
            foreach (var key in PathKeys)
                if (data.Find(key) is { Value: ConfigurationText { Value.Length: > 0 } text } path
                    && !text.Value.Contains('\0', StringComparison.Ordinal))
                    data = data.With(path with { Value = text with { Value = Path.GetFullPath(text.Value, Start(text)) } });
            root = root.With(rows with { Value = data });
        }

        if (root.Find("program") is { Value: ConfigurationSection section } program && section.Find("command") is { } command)
            root = root.With(
                program with { Value = section.With(command with { Value = CommandBinding.WithFullPaths(command.Value, Start) }) });
        return tree with { Root = root };

        string Start(ConfigurationText text) =>
            text.Position.File == tree.File ? Path.GetDirectoryName(Path.GetFullPath(tree.File)) ?? "/" : Directory.GetCurrentDirectory();
    }
}
