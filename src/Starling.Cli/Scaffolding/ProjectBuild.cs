using System.ComponentModel;
using System.Diagnostics;
using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.Scaffolding;

/// <summary>
/// Builds a project in C# once, when it is made: nodes that start together would otherwise build at once, in one another's way.
/// </summary>
internal static class ProjectBuild
{
    /// <summary>Builds it.</summary>
    /// <exception cref="CommandException">It cannot be built; the project stays.</exception>
    public static async Task RunAsync(string folder, CancellationToken cancellation)
    {
        // Nothing is left running that would hold what it built.
        string[] words = ["build", folder, "-c", "Release", "-v", "q", "-nologo", "--disable-build-servers"];
        using var process = Start(words);
        try
        {
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
            var said = (await output.ConfigureAwait(false)) + (await error.ConfigureAwait(false));
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw new CommandException(ExitCode.Unexpected,
                    $"{folder} was made but does not build: {Why(said)}; see 'dotnet build {folder}'.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string[] words)
    {
        try
        {
            return Process.Start(new ProcessStartInfo("dotnet",
                words)
            { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception missing)
        {
            throw new CommandException(ExitCode.Unexpected,
                $"{words[1]} was made but not built: there is no .NET SDK on the path; install it (https://dot.net), then 'dotnet build {words[1]}'.", missing);
        }
    }

    private static string Why(string output) =>
        output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))?.Trim().TrimEnd('.')
            ?? "the SDK says nothing";
}
