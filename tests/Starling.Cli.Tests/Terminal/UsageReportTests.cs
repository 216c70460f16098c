using System.CommandLine;
using System.Text.RegularExpressions;
using Starling.Api;
using Starling.Cli.Commands;
using Starling.Cli.Terminal;

namespace Starling.Cli.Tests.Terminal;

/// <summary>What is said of a command line that cannot be understood.</summary>
public sealed partial class UsageReportTests
{
    /// <summary>Red if an option of any command tells its user the name of a type.</summary>
    [Fact]
    public void No_option_names_a_type()
    {
        var typed = 0;
        foreach (var (path, option) in Options(CommandLine.Build(), []))
        {
            string[] line = [.. path, $"{option.Name}=few"];
            var told = Told(line);
            Assert.False(TypeName().IsMatch(told), $"{string.Join(' ', line)}: {told}");
            // What stands behind a switch is not its value.
            if (option.ValueType.IsValueType && option.ValueType != typeof(bool) && option.ValueType != typeof(void))
            {
                typed++;
                Assert.Contains($"error: {option.Name} is 'few', not ", told, StringComparison.Ordinal);
            }
        }

        Assert.True(typed > 15, $"Only {typed} options take anything but texts.");
    }

    [Theory]
    [InlineData("run small.yaml --seed x", "error: --seed is 'x', not a whole number up to 9,223,372,036,854,775,807.")]
    [InlineData("new a --lang pyton", "error: --lang is 'pyton', not one of python, csharp; did you mean 'python'?")]
    [InlineData("new a --lang 1", "error: --lang is '1', not one of python, csharp.")]
    [InlineData("check a --nodes 4000000000", "error: --nodes is '4000000000', not a whole number up to 2,147,483,647.")]
    [InlineData("runs compare digits-1", "error: 'starling runs compare' needs 2 runs at least, and 'digits-1' is 1.")]
    [InlineData("runs compare", "error: Required argument missing")]
    public void What_an_option_takes_is_said(string line, string sentence)
    {
        var told = Told(line.Split(' ')).Split('\n');
        Assert.StartsWith(sentence, told[0], StringComparison.Ordinal);
        Assert.Single(told, each => each.StartsWith("error: ", StringComparison.Ordinal));
    }

    private static string Told(string[] line)
    {
        var parsed = CommandLine.Build().Parse(line);
        if (!UsageReport.HasMistake(parsed))
            return "";
        using var error = new StringWriter { NewLine = "\n" };
        Assert.Equal(ExitCode.Usage, UsageReport.Write(parsed, error));
        return error.ToString();
    }

    private static IEnumerable<(string[] Path, Option Option)> Options(Command command, string[] path)
    {
        foreach (var option in command.Options.Where(option => option.ValueType != typeof(void)))
            yield return (path, option);
        foreach (var below in command.Subcommands)
            foreach (var each in Options(below, [.. path, below.Name]))
                yield return each;
    }

    [GeneratedRegex(@"System\.|Starling\.|`|Int32|Int64|Boolean|Nullable", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TypeName();
}
