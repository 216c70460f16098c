using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Starling.Cli.Terminal;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancelled token, so that a command can end in order. A later one ends the process; but one that
/// comes at the same moment is the first one again, as <c>timeout</c> sends it to the process and then to its group.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan SameMoment = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource source = new();
    private readonly Lock gate = new();
    private long? first;
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Begins to listen.</summary>
    public Interruption() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive),
    ];

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Receive(PosixSignalContext signal)
    {
        lock (gate)
        {
            var isLater = first is { } begun && Stopwatch.GetElapsedTime(begun) > SameMoment;
            first ??= Stopwatch.GetTimestamp();
            signal.Cancel = !isLater;
        }

        source.Cancel();
    }
}
