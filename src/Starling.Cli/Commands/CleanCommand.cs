using System.CommandLine;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;

namespace Starling.Cli.Commands;

/// <summary><c>starling clean</c>: removes what runs on this machine left.</summary>
internal static class CleanCommand
{
    /// <summary>The command.</summary>
    public static Command Build()
    {
        var folder = new Option<string>("--out") { Description = "The folder that runs are kept in.", DefaultValueFactory = _ => RunFolder.DefaultBase };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new ExampledCommand("clean", "Lists the runs that are kept here and not under way, and removes them.", "starling clean", "starling clean --yes") { folder, yes };
        command.SetAction(parsed =>
        {
            Remove(parsed.GetValue(folder)!, parsed.GetValue(yes));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Remove(string folder, bool isAgreed)
    {
        var taken = new List<(RunFolder Run, RunLock Lock)>();
        try
        {
            foreach (var run in RunFolder.All(folder))
                if (RunLock.TryTake(run.Path) is { } own)
                    taken.Add((run, own));
                else
                    Console.Out.WriteLine($"{run.Path} is under way, and stays");
            foreach (var (run, _) in taken)
                Console.Out.WriteLine(run.Path);
            if (taken.Count == 0)
            {
                Console.Out.WriteLine("nothing to remove.");
                return;
            }

            Confirmation.Ask("All of these runs are removed for good, models and reports with them.", isAgreed);
            foreach (var (run, _) in taken)
                run.Delete();
        }
        finally
        {
            foreach (var (_, own) in taken)
                own.Dispose();
        }

        Console.Out.WriteLine("removed.");
    }
}
