using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Starling.Cli.Terminal;

/// <summary>The usual help, and examples behind it.</summary>
/// <param name="usual">The usual help.</param>
internal sealed class ExampledHelp(HelpAction usual) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <summary>Gives a root command's help option examples.</summary>
    public static void Install(RootCommand root)
    {
        foreach (var option in root.Options.OfType<HelpOption>())
            if (option.Action is HelpAction usual)
                option.Action = new ExampledHelp(usual);
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not ExampledCommand { Examples.Count: > 0 } command)
            return code;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (var example in command.Examples)
            output.WriteLine($"  {example}");
        output.WriteLine();
        return code;
    }
}
