using System.CommandLine;

namespace Starling.Cli.Terminal;

/// <summary>A command whose help ends with examples.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does.</param>
/// <param name="examples">Whole command lines, each with what it is for behind a <c>#</c>.</param>
internal sealed class ExampledCommand(string name, string description, params ReadOnlySpan<string> examples) : Command(name, description)
{
    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples { get; } = [.. examples];
}
