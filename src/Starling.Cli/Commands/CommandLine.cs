using System.CommandLine;
using Starling.Cli.Commands.Consortia;
using Starling.Cli.Commands.Contexts;
using Starling.Cli.Commands.Contracts;
using Starling.Cli.Commands.Nodes;
using Starling.Cli.Commands.Runners;
using Starling.Cli.Commands.Shells;
using Starling.Cli.Commands.Tasks;
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
        return await ExecuteAsync(Build(), arguments is [] ? ["--help"] : arguments, interruption.Token).ConfigureAwait(false);
    }

    /// <summary>Carries a command out. Its failures are sentences on standard error by now.</summary>
    /// <param name="root">All commands.</param>
    /// <param name="arguments">The words.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>An exit code of the catalogue.</returns>
    public static async Task<int> ExecuteAsync(RootCommand root, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        try
        {
            var parsed = root.Parse(arguments);
            if (UsageReport.HasMistake(parsed))
                return (int)UsageReport.Write(parsed, Console.Error);
            var settings = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(settings, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            return (int)ErrorEdge.Report(fault, Console.Error);
        }
    }

    /// <summary>All commands.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("Starling trains one model across many nodes while each keeps its data.")
        {
            RunCommand.Build(),
            RunsCommand.Build(),
            NewCommand.Build(),
            CheckCommand.Build(),
            SimCommand.Build(),
            ExploreCommand.Build(),
            ModelCommand.Build(),
            MergeCommand.Build(),
            LedgerCommand.Build(),
            ContextCommand.Build(),
            ContractCommand.Build(),
            RunnerCommand.Build(),
            TaskCommand.Build(),
            AssignCommand.Build(),
            NodeCommand.Build(),
            CaCommand.Build(),
            ConsortiumCommand.Build(),
            InviteCommand.Build(),
            JoinCommand.Build(),
            DoctorCommand.Build(),
            SupportBundleCommand.Build(),
            CleanCommand.Build(),
            ProgramCommand.Build(),
            WaitForCommand.Build(),
            ShellCommand.Build(),
        };
        ExampledHelp.Install(root);
        return root;
    }
}
