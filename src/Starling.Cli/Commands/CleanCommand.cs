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
        var folder = RunFolder.Option();
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        var command = new ExampledCommand("clean", "Lists the runs that are kept here and not under way, and removes them.",
            "starling clean", "starling clean --yes") { folder, yes, CommandOutput.Json };
        command.SetAction(parsed =>
        {
            Remove(parsed.GetValue(folder)!, parsed.GetValue(yes), parsed);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static void Remove(string folder, bool isAgreed, ParseResult parsed)
    {
        var (taken, kept, foreign) = (new List<(RunFolder Run, RunLock Lock)>(), new List<string>(), new List<string>());
        try
        {
            foreach (var run in RunFolder.All(folder))
                if (!run.IsOwn)
                    foreign.Add(run.Foreign);
                else if (RunLock.TryTake(run.Path) is { } own)
                    taken.Add((run, own));
                else
                    kept.Add(run.Path);
            parsed.Tell([.. foreign, .. kept.Select(path => $"{path} is under way, and stays"), .. taken.Select(each => each.Run.Path)]);
            if (taken.Count > 0)
                Confirmation.Ask("All of these runs are removed for good, models and reports with them.", isAgreed);
            foreach (var (run, _) in taken)
                run.Delete();
        }
        finally
        {
            foreach (var (_, own) in taken)
                own.Dispose();
        }

        var removed = taken.Select(each => each.Run.Path).ToList();
        parsed.Print(new RemovalReport(removed, kept.Count == 0 ? null : kept), CliJson.Default.RemovalReport,
            output => output.WriteLine(removed.Count == 0 ? "nothing to remove." : "removed."));
    }
}
