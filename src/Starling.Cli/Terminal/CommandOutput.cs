using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Starling.Api;
using Starling.Core.Configuration;

namespace Starling.Cli.Terminal;

/// <summary>How commands print what came of them: for people, or as JSON.</summary>
internal static class CommandOutput
{
    /// <summary>Prints JSON.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON.", Recursive = true };

    /// <summary>Gives a command that talks to no node what it does, and <c>--json</c>.</summary>
    public static ExampledCommand Does(this ExampledCommand command, Action<ParseResult> action)
    {
        command.Add(Json);
        command.SetAction(parsed =>
        {
            action(parsed);
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>
    /// Prints lines that a person shall read before the command goes on: on standard error if what came of it is wanted as JSON.
    /// </summary>
    public static void Tell(this ParseResult parsed, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            (parsed.GetValue(Json) ? Console.Error : Console.Out).WriteLine(ShownText.Clean(line));
    }

    /// <summary>Prints what came of a command, as JSON if that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="value">What came of it.</param>
    /// <param name="form">Its form as JSON.</param>
    /// <param name="write">Writes it for people.</param>
    /// <param name="isContent">Whether it is what somebody keeps in a file: there it comes as it is, and only a terminal is spared.</param>
    public static void Print<T>(this ParseResult parsed, T value, JsonTypeInfo<T> form, Action<TextWriter> write, bool isContent = false)
    {
        if (parsed.GetValue(Json))
            Console.Out.WriteLine(JsonSerializer.Serialize(value, form));
        else if (isContent && Console.IsOutputRedirected)
            write(Console.Out);
        else
            Console.Out.Write(Text(write).ReplaceLineEndings(Console.Out.NewLine));
    }

    /// <summary>What is written for people, clean: nodes answer what their operators and those of others say.</summary>
    internal static string Text(Action<TextWriter> write)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        write(text);
        return ShownText.Clean(text.ToString());
    }
}
