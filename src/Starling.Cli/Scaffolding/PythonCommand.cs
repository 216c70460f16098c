using System.ComponentModel;
using System.Diagnostics;

namespace Starling.Cli.Scaffolding;

/// <summary>
/// Finds a Python that has NumPy: the first one on the path may be another than the system's, which has the system's packages.
/// </summary>
internal static class PythonCommand
{
    /// <summary>What is used if none is found.</summary>
    public const string Usual = "python3";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The first that has it; null if none does.</summary>
    public static string? Find() => ((string[])[Usual, "/usr/bin/python3", "python"]).FirstOrDefault(HasNumPy);

    private static bool HasNumPy(string command)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command,
                ["-c", "import numpy"])
            { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
            process!.StandardInput.Close();
            if (process.WaitForExit(Patience))
                return process.ExitCode == 0;
            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false; // There is no such command.
        }
    }
}
