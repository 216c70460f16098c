using System.Diagnostics;

namespace Starling.Cli.Checking;

/// <summary>Says how far reading is, once it takes longer than a second, and then each second.</summary>
/// <param name="path">What is read.</param>
/// <param name="error">Where it is said.</param>
internal sealed class CheckProgress(string path, TextWriter error)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long told = Stopwatch.GetTimestamp();

    /// <summary>Hears how many rows were read.</summary>
    public void Tell(long rows)
    {
        if (Stopwatch.GetElapsedTime(told) < Pause)
            return;
        told = Stopwatch.GetTimestamp();
        error.WriteLine($"{Path.GetFileName(path)}: {rows:N0} rows looked at");
    }
}
