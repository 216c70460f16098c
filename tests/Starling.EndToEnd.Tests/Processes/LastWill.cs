using System.Diagnostics;
using System.Globalization;

namespace Starling.EndToEnd.Tests.Processes;

/// <summary>
/// A shell that kills what tests have started and not ended yet when its input ends, which it does with the tests' own process, however
/// that ends.
/// </summary>
internal sealed class LastWill : IDisposable
{
    // Whoever interrupts the tests at a terminal interrupts it, too, and it must outlive them.
    private const string Script = """
        trap '' INT TERM HUP
        running=
        while read -r change id; do
          rest=
          for one in $running; do [ "$one" = "$id" ] || rest="$rest $one"; done
          running=$rest
          [ "$change" = - ] || running="$running $id"
        done
        [ -z "$running" ] || kill -KILL $running 2>/dev/null
        """;

    private readonly Process shell =
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Script]) { RedirectStandardInput = true })!;

    private static readonly Lazy<LastWill> Own = new(() => new LastWill());

    /// <summary>Has a process end with the tests' own.</summary>
    public static void Include(Process process)
    {
        if (!OperatingSystem.IsWindows())
            Own.Value.Add(process);
    }

    /// <summary>Lets go of a process that has ended.</summary>
    public static void Release(Process process)
    {
        if (!OperatingSystem.IsWindows())
            Own.Value.Remove(process);
    }

    /// <summary>Has a process end with this.</summary>
    public void Add(Process process) => Tell('+', process);

    /// <summary>Lets go of a process.</summary>
    public void Remove(Process process) => Tell('-', process);

    /// <summary>Carries it out, and waits until that is done.</summary>
    public void Dispose()
    {
        shell.StandardInput.Close();
        shell.WaitForExit();
        shell.Dispose();
    }

    private void Tell(char change, Process process)
    {
        lock (shell)
        {
            shell.StandardInput.Write(string.Create(CultureInfo.InvariantCulture, $"{change} {process.Id}\n"));
            shell.StandardInput.Flush();
        }
    }
}
