using System.CommandLine;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands;

/// <summary>The whole command line: the commands, and the edge where their failures become sentences and exit codes.</summary>
internal static class CommandLine
{
    /// <summary>Carries out a command line.</summary>
    /// <returns>What the process exits with.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        using var interruption = new Interruption();
        try
        {
            var parsed = Build().Parse(arguments is [] ? ["--help"] : arguments);
            if (UsageReport.HasMistake(parsed))
                return (int)UsageReport.Write(parsed, Console.Error);
            var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(settings, interruption.Token).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            return (int)ErrorEdge.Report(fault, Console.Error);
        }
    }

    private static RootCommand Build()
    {
        var root = new RootCommand("Starling trains one model across many nodes while each keeps its data.")
        {
            RunCommand.Build(),
            RunsCommand.Build(),
            SimCommand.Build(),
            ExploreCommand.Build(),
            ModelCommand.Build(),
            MergeCommand.Build(),
            LedgerCommand.Build(),
            ContractCommand.Build(),
            NodeStartCommand.Build(),
            CaCommand.Build(),
            InviteCommand.Build(),
            JoinCommand.Build(),
            ProgramCommand.Build(),
        };
        ExampledHelp.Install(root);
        return root;
    }
}
