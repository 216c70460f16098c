using System.CommandLine;
using Starling.Cli.Commands;
using Starling.Cli.Shells;
using Starling.Cli.Terminal;

namespace Starling.Cli.Tests.Commands;

/// <summary>The help of every command, and whether any test uses its options.</summary>
public sealed class CommandHelpTests
{
    private static readonly RootCommand Root = CommandLine.Build();

    public static TheoryData<string> Groups => [.. All(Root, []).Where(each => each.Command.Subcommands.Count > 0).Select(Line)];

    public static TheoryData<string> Leaves => [.. All(Root, []).Where(each => each.Command.Subcommands.Count == 0).Select(Line)];

    /// <summary>Red if a command is not listed where it is found.</summary>
    [Theory]
    [MemberData(nameof(Groups))]
    public void Help_lists_the_commands_below_it(string line)
    {
        var told = Help(line);
        Assert.All(Find(line).Subcommands, command => Assert.Contains($"\n  {command.Name} ", told, StringComparison.Ordinal));
    }

    /// <summary>Red if a command's help ends without examples, or with one that is not understood or is of another command.</summary>
    [Theory]
    [MemberData(nameof(Leaves))]
    public void Help_ends_with_examples_that_are_understood(string line)
    {
        var command = Assert.IsType<ExampledCommand>(Find(line));
        Assert.NotEmpty(command.Examples);
        Assert.EndsWith($"Examples:\n{string.Concat(command.Examples.Select(example => $"  {example}\n"))}\n", Help(line),
            StringComparison.Ordinal);
        foreach (var example in command.Examples)
        {
            Assert.True(ShellWords.TrySplit(example, out var words), example);
            Assert.Equal("starling", words[0]);
            // What the shell does with the output is not the command's affair.
            var parsed = Root.Parse([.. words.Skip(1).TakeWhile(word => word is not ("|" or ">"))]);
            Assert.False(UsageReport.HasMistake(parsed), example);
            Assert.Same(command, parsed.CommandResult.Command);
        }
    }

    /// <summary>Red if nothing would notice that an option is not read. It is enough that a test names it.</summary>
    [Fact]
    public void Every_option_is_used_by_a_test()
    {
        var tests = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Repository(), "tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != Path.GetFileName(Here())).Select(File.ReadAllText));
        Assert.Empty(All(Root, []).SelectMany(each => each.Command.Options.Select(option => (Line(each), option.Name)))
            .Where(option => !System.Text.RegularExpressions.Regex.IsMatch(tests, $@"{option.Name}(?![a-z-])"))
            .Select(option => $"{option.Item1} {option.Name}"));
    }

    private static IEnumerable<(Command Command, string[] Path)> All(Command command, string[] path) =>
        command.Subcommands.SelectMany(below => All(below, [.. path, below.Name])).Prepend((command, path));

    private static string Line((Command Command, string[] Path) each) => string.Join(' ', each.Path);

    private static Command Find(string line) => Root.Parse(line).CommandResult.Command;

    private static string Help(string line)
    {
        using var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, Root.Parse($"{line} --help").Invoke(new InvocationConfiguration { Output = output }));
        return output.ToString().ReplaceLineEndings("\n");
    }

    private static string Repository() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    private static string Here([System.Runtime.CompilerServices.CallerFilePath] string here = "") => here;
}
