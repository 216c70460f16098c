using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Starling.Bench.Merging;

/// <summary>The other side: a Python process that merges when asked.</summary>
internal sealed class NumpyMerges : IDisposable
{
    private readonly Process process;

    /// <summary>Starts it. It draws the states into the file first.</summary>
    public NumpyMerges(string python, string states, int models, int elements)
    {
        var start = new ProcessStartInfo(python, [
            Path.Combine(AppContext.BaseDirectory, "numpy_merges.py"), states,
            models.ToString(CultureInfo.InvariantCulture), elements.ToString(CultureInfo.InvariantCulture),
        ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        process = Process.Start(start)!;
        Description = Read();
    }

    /// <summary>Versions, for the report.</summary>
    public string Description { get; }

    /// <summary>Merges once.</summary>
    public MergeTime Merge(string rule)
    {
        var parts = Ask(rule).Split(' ');
        return new MergeTime(double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The result of a merge.</summary>
    public float[] Result(string rule, string file)
    {
        Ask($"check {rule} {file}");
        var bytes = File.ReadAllBytes(file);
        File.Delete(file);
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private string Ask(string line)
    {
        process.StandardInput.WriteLine(line);
        process.StandardInput.Flush();
        return Read();
    }

    private string Read() =>
        process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("NumPy's process ended; is python3-numpy installed?");
}
