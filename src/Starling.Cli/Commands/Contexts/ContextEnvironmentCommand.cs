using System.CommandLine;
using Starling.Api;
using Starling.Cli.Control.Contexts;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;

namespace Starling.Cli.Commands.Contexts;

/// <summary><c>starling context env</c>: a context's settings.</summary>
internal static class ContextEnvironmentCommand
{
    private const int Longest = 4096, Most = 256;

    private static readonly Option<string?> Context = new("--context") { Description = "The context; the active one unless given." };

    /// <summary>The command and those below it.</summary>
    public static Command Build()
    {
        var name = new Argument<string>("name") { Description = $"The setting; '{ControlContext.Runner}' is the usual task runner." };
        var value = new Argument<string>("value") { Description = "Its value; an empty one takes the setting away." };
        return new Command("env", "A context's settings.")
        {
            ContextCommand.Build(new ExampledCommand("get", "Prints a setting.", "starling context env get runner") { name, Context },
                parsed => Get(parsed, parsed.GetValue(name)!)),
            ContextCommand.Build(new ExampledCommand("set", "Changes a setting.",
                "starling context env set runner lab") { name, value, Context },
                parsed => Set(parsed, parsed.GetValue(name)!, parsed.GetValue(value)!)),
            ContextCommand.Build(new ExampledCommand("list", "Lists the settings.", "starling context env list") { Context },
                parsed => Write(parsed, Find(parsed))),
        };
    }

    private static void Get(ParseResult parsed, string name)
    {
        var settings = Find(parsed).Environment;
        var value = settings.GetValueOrDefault(name)
            ?? throw new CommandException(ExitCode.Usage,
                UnknownName.Sentence("setting", name, settings.Keys, "starling context env list"));
        parsed.Print(value, CliJson.Default.String, output => output.WriteLine(value), isContent: true);
    }

    private static void Set(ParseResult parsed, string name, string value)
    {
        if (name.Length is 0 or > 64 || value.Length > Longest || name.Concat(value).Any(char.IsControl))
            throw new CommandException(ExitCode.Usage,
                $"a setting has a name of up to 64 characters and a value of up to {Longest}, none of them a control character.");
        var book = ContextFile.Change(ContextFile.Folder, known => known.Replace(With(known.Find(parsed.GetValue(Context)), name, value)));
        Write(parsed, book.Find(parsed.GetValue(Context)));
    }

    private static ControlContext With(ControlContext context, string name, string value)
    {
        var settings = new SortedDictionary<string, string>(context.Environment.ToDictionary(), StringComparer.Ordinal);
        if (value.Length == 0)
            settings.Remove(name);
        else
            settings[name] = value;
        if (settings.Count > Most)
            throw new CommandException(ExitCode.Usage, $"{context.Name} has {Most} settings; take one away first.");
        return context with { Environment = settings };
    }

    private static ControlContext Find(ParseResult parsed) => ContextFile.Read(ContextFile.Folder).Find(parsed.GetValue(Context));

    private static void Write(ParseResult parsed, ControlContext context) =>
        parsed.Print(context.Environment, CliJson.Default.IReadOnlyDictionaryStringString, output =>
    {
        foreach (var (name, value) in context.Environment)
            output.WriteLine($"{name}={value}");
    });
}
