using System.CommandLine;
using Starling.Api;
using Starling.Api.Tasks;
using Starling.Cli.Control;
using Starling.Cli.Terminal;
using Starling.Core.Configuration;

namespace Starling.Cli.Commands.Runners;

/// <summary><c>starling runner wait</c>: waits for the end of what a task runner carries out.</summary>
internal static class RunnerWaitCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // What is waited for takes hours, in which a node may be upgraded.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The command.</summary>
    public static Command Build()
    {
        var runner = new Argument<string?>("runner")
        {
            Description = "The task runner; the usual one of the context, or the only one, unless given.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var timeout = new Option<string?>("--timeout") { Description = "How long at most, such as 90s or 2h; for ever unless given." };
        return new ExampledCommand("wait", "Waits until the latest run has ended, and says how it goes. The exit code says how it ended.",
            "starling runner wait lab --timeout 2h")
        {
            runner, timeout,
        }.Ends(async (session, parsed, cancellation) =>
        {
            var limit = parsed.GetValue(timeout) is { } text ? WaitTime.Parse(text) : Timeout.InfiniteTimeSpan;
            var name = await session.RunnerAsync(parsed.GetValue(runner), cancellation).ConfigureAwait(false);
            var run = await WaitAsync(session, name, limit, cancellation).ConfigureAwait(false);
            if (run is null)
            {
                Console.Out.WriteLine(parsed.GetValue(CommandOutput.Json) ? "{}" : $"{name} has carried nothing out yet");
                return (int)ExitCode.Done;
            }

            var whole = await AskAsync(session, stop => RunnerViews.ReadAsync(session, name, run.Number, stop), cancellation)
                .ConfigureAwait(false);
            parsed.Print(whole, ApiJson.Default.RunDescription, output => output.WriteLine(RunnerViews.Sentence(whole.Run)));
            foreach (var other in whole.Work.Items.Where(work => work.State is WorkWord.Failed or WorkWord.Refused))
                await Console.Error
                    .WriteLineAsync(ShownText.Line(
                        $"{other.Operator} {(other.State == WorkWord.Failed ? "failed" : "refused")}: {other.Description}"))
                    .ConfigureAwait(false);
            return (int)(run.State == WorkWord.Complete ? ExitCode.Done : ExitCode.Task);
        });
    }

    private static Task<T> AskAsync<T>(ControlSession session, Func<CancellationToken, Task<T>> ask, CancellationToken cancellation) =>
        NodeWait.AskAsync(ask, stop => NodeWait.WhyNotReadyAsync(session.Client, stop), Patience, Pause, cancellation);

    private static async Task<RunSummary?> WaitAsync(ControlSession session, string runner, TimeSpan limit, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        end.CancelAfter(limit);
        RunSummary? before = null;
        try
        {
            while (true)
            {
                var run = (await AskAsync(session, stop => session.Client.GetRunnerAsync(runner, stop), end.Token)
                    .ConfigureAwait(false)).Run;
                if (run is null || run.State != WorkWord.Running)
                    return run;
                if (run != before)
                    await Console.Error.WriteLineAsync(RunnerViews.Sentence(run)).ConfigureAwait(false);
                before = run;
                await Task.Delay(Pause, end.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new CommandException(ExitCode.TimedOut,
                $"{(before is null ? runner : RunnerViews.Sentence(before))}: not ended within {Quantity.Time(limit)}; wait on, or end it with 'starling runner reset'.");
        }
    }
}
