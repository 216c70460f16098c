using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Starling.Cli.Scaffolding;

/// <summary>The files of a project as they lie in <c>Templates</c>, with the places that are to be filled in braces.</summary>
internal static partial class ProjectTemplate
{
    [GeneratedRegex(@"\{\{(?<name>[a-zA-Z]+)\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Place { get; }

    /// <summary>One file's text.</summary>
    /// <param name="path">Its path within the folder of templates.</param>
    /// <param name="values">What is filled in.</param>
    /// <exception cref="InvalidOperationException">There is no such template, or it names a place that nothing is for.</exception>
    public static string Fill(string path, FrozenDictionary<string, string> values)
    {
        using var stream = typeof(ProjectTemplate).Assembly.GetManifestResourceStream($"templates/{path}")
            ?? throw new InvalidOperationException($"There is no template {path}.");
        using var reader = new StreamReader(stream);
        return Place.Replace(reader.ReadToEnd(), found => values.TryGetValue(found.Groups["name"].Value, out var value)
            ? value
            : throw new InvalidOperationException($"{path} has a place '{found.Value}' that nothing is for."));
    }
}
