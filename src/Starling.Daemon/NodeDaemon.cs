using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Starling.Api;
using Starling.Core.Configuration;
using Starling.Core.Kernel;
using Starling.Daemon.Configuration;
using Starling.Node.Journal;
using Starling.Node.Loop;

namespace Starling.Daemon;

/// <summary>Runs a node as a process: until it is told to stop by a signal or through its API, or until it must stop by itself.</summary>
public static class NodeDaemon
{
    // As every command marks them: more may be logged behind, and whoever started the node looks for the reason.
    private const string Error = "error: ";

    /// <summary>Runs a node.</summary>
    /// <param name="configuration">What it is told.</param>
    /// <param name="logLevel">What is logged, on standard error.</param>
    /// <param name="cancellation">Stops it gracefully, as SIGTERM and SIGINT do.</param>
    /// <param name="compose">Adds to the composition, or replaces parts of it; null for the node as it is. No configuration reaches this:
    /// only code that hosts a node can.</param>
    /// <returns>What the process should exit with. What went wrong stands on standard error.</returns>
    public static async Task<ExitCode> RunAsync(
        NodeConfiguration configuration, LogLevel logLevel, CancellationToken cancellation, Action<IServiceCollection>? compose = null)
    {
        var asked = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var terminated = OnSignal(PosixSignal.SIGTERM, asked);
        using var interrupted = OnSignal(PosixSignal.SIGINT, asked);
        using var cancelled = cancellation.Register(() => asked.TrySetResult("its caller cancelled it"));
        try
        {
            var daemon = await RunningDaemon.StartAsync(configuration, logging => Log(logging, logLevel), cancellation, compose)
                .ConfigureAwait(false);
            await using (daemon.ConfigureAwait(false))
                return await WaitAsync(daemon, asked.Task).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Done;
        }
        catch (StarlingException fault)
        {
            await Console.Error.WriteLineAsync($"{Error}{ShownText.Clean(fault.Message)}").ConfigureAwait(false);
            return fault is DaemonException daemon ? daemon.ExitCode : ExitCode.Configuration;
        }
    }

    private static async Task<ExitCode> WaitAsync(RunningDaemon daemon, Task<string> asked)
    {
        var first = await Task.WhenAny(asked, daemon.StopRequested, daemon.End).ConfigureAwait(false);
        if (first != daemon.End)
        {
            await daemon.StopAsync(await ((Task<string>)first).ConfigureAwait(false)).ConfigureAwait(false);
            return ExitCode.Done;
        }

        switch (await daemon.End.ConfigureAwait(false))
        {
            case NodeHalted halted:
                var damage = halted.Reason == HaltReason.LedgerForked ? await daemon.FindDamageAsync().ConfigureAwait(false) : null;
                var detail = damage is null ? halted.Detail : $"{halted.Detail} It is the mirror that has changed: {damage}";
                await Console.Error.WriteLineAsync($"{Error}The node stops ({halted.Reason}): {ShownText.Line(detail)}")
                    .ConfigureAwait(false);
                return halted.Reason switch
                {
                    HaltReason.LedgerForked or HaltReason.LedgerShrank => ExitCode.LedgerForked,
                    HaltReason.Diverged => ExitCode.Diverged,
                    HaltReason.UnknownProtocol or HaltReason.UnknownVersion => ExitCode.Configuration,
                    _ => ExitCode.Unexpected,
                };
            // The kernel reads the mirror from the disk as it takes it up.
            case NodeBroke { Fault: JournalException unread }:
                await Console.Error.WriteLineAsync($"{Error}The node stops: {ShownText.Line(unread.Message)}").ConfigureAwait(false);
                return ExitCode.Disk;
            case NodeBroke broke:
                await Console.Error
                    .WriteLineAsync($"{Error}The node stops, since an invariant does not hold; please report it: {Trace(broke.Fault)}")
                    .ConfigureAwait(false);
                return ExitCode.Unexpected;
            default:
                return ExitCode.Done;
        }
    }

    private static string Trace(Exception fault) => ShownText.Clean(fault.ToString().ReplaceLineEndings("\n"));

    private static PosixSignalRegistration OnSignal(PosixSignal signal, TaskCompletionSource<string> asked) =>
        PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        asked.TrySetResult($"{signal} came");
    });

    private static void Log(ILoggingBuilder logging, LogLevel level) =>
        logging.SetMinimumLevel(level).AddFilter("Microsoft", LogLevel.Warning)
        .AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.TimestampFormat = "HH:mm:ss.fff ";
        })
        .AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
}
