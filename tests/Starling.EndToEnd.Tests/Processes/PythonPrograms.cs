using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Starling.EndToEnd.Tests.Processes;

/// <summary>The Python programs that nodes have started on this machine, as <c>/proc</c> shows them.</summary>
internal static partial class PythonPrograms
{
    /// <summary>Debian's Python, which has PyTorch and scikit-learn.</summary>
    public const string Python = "/usr/bin/python3";

    /// <summary>
    /// The processes of programs that work somewhere below a folder and were handed a session, in no order. What such a program runs itself
    /// is one, too, if it is Python.
    /// </summary>
    public static IReadOnlyList<int> In(string folder) => [.. Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0).Where(id => id > 0 && IsProgram(id, folder + "/"))];

    /// <summary>Kills one with SIGKILL.</summary>
    public static void Kill(int program)
    {
        using var process = Process.GetProcessById(program);
        process.Kill();
    }

    /// <summary>The accuracies that programs wrote, each as <c>accuracy 0.9876</c>, in the order of the output.</summary>
    public static IReadOnlyList<double> Accuracies(string output) =>
        [.. Accuracy().Matches(output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"accuracy (0\.\d+)")]
    private static partial Regex Accuracy();

    private static bool IsProgram(int id, string folder)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Split('\0') is [Python, ..]
                && new DirectoryInfo($"/proc/{id}/cwd").LinkTarget?.StartsWith(folder, StringComparison.Ordinal) == true
                && File.ReadAllText($"/proc/{id}/environ").Contains("STARLING_SESSION_SOCKET", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // It has just ended.
        }
    }
}
