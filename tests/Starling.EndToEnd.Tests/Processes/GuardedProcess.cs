using System.Diagnostics;

namespace Starling.EndToEnd.Tests.Processes;

/// <summary>Other programs than Starling's that a test runs to their end. They end with the test, also where it is given up.</summary>
internal static class GuardedProcess
{
    /// <summary>Runs a program to its end.</summary>
    public static async Task<CommandResult> RunAsync(ProcessStartInfo start)
    {
        var cancellation = TestContext.Current.CancellationToken;
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        LastWill.Include(process);
        try
        {
            var (output, error) =
                (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            await process.WaitForExitAsync(cancellation);
            return new CommandResult(process.ExitCode, (await output).TrimEnd(), (await error).TrimEnd());
        }
        finally
        {
            await EndAsync(process);
        }
    }

    /// <summary>Runs a script of the shell in a folder.</summary>
    public static Task<CommandResult> ShellAsync(string folder, string script) =>
        RunAsync(new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = folder });

    /// <summary>Kills a process with all that it started, unless it has ended.</summary>
    public static async Task EndAsync(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        LastWill.Release(process);
    }
}
