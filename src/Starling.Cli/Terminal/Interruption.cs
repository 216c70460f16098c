using System.Runtime.InteropServices;

namespace Starling.Cli.Terminal;

/// <summary>Turns the first Ctrl-C or SIGTERM into a cancelled token, so that a command can end in order. The second one ends the process.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
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
        signal.Cancel = !source.IsCancellationRequested;
        source.Cancel();
    }
}
