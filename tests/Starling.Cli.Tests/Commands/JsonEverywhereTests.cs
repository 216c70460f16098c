using System.CommandLine;
using Starling.Cli.Commands;

namespace Starling.Cli.Tests.Commands;

/// <summary>Scripts read what commands print, so each that prints a result prints it as JSON, too.</summary>
public sealed class JsonEverywhereTests
{
    // A node and a shell have no result of their own, and what a task's program prints is the task's log.
    private static readonly string[] Exempt = ["node start", "shell", "program train"];

    /// <summary>Red if a command is added, or loses its option, that a script cannot read.</summary>
    [Fact]
    public void Every_command_that_prints_a_result_prints_it_as_JSON() =>
        Assert.Equal(Exempt.Order(StringComparer.Ordinal),
            Without(CommandLine.Build(), "", isInherited: false).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Without(Command command, string path, bool isInherited)
    {
        var own = command.Options.FirstOrDefault(option => option.Name == "--json");
        if (command.Subcommands.Count == 0)
            return own is null && !isInherited ? [path] : [];
        return command.Subcommands.SelectMany(
            child => Without(child, $"{path} {child.Name}".TrimStart(), isInherited || own is { Recursive: true }));
    }
}
