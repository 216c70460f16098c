using System.Diagnostics;
using Starling.Fuzz.Targets;

namespace Starling.Fuzz.Running;

/// <summary>Lets a parser read inputs, and measures each time what it allocates and how long it takes.</summary>
/// <param name="target">The parser.</param>
/// <param name="longest">How long a parse may take: <see cref="Longest"/>, or more where others want the processor too.</param>
internal sealed class Execution(IFuzzTarget target, TimeSpan longest)
{
    /// <summary>What a parse may allocate whatever its input's length, in bytes.</summary>
    public const int FreeBytes = 64 << 10;

    /// <summary>How long a parse may take, but for a machine that is too busy to tell.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private const int Repetitions = 3;

    private volatile byte[]? current;
    private long startedAt;

    /// <summary>The most that a parse has allocated beyond the free bytes, for each byte of its input.</summary>
    public double MostPerByte { get; private set; }

    /// <summary>The most bytes of an input.</summary>
    public int LongestInput { get; private set; }

    /// <summary>The longest that a parse has taken.</summary>
    public TimeSpan Slowest { get; private set; }

    /// <summary>How many inputs were accepted.</summary>
    public long Accepted { get; private set; }

    /// <summary>The input that is being read, and for how long; null between two.</summary>
    public (byte[] Input, TimeSpan Elapsed)? Current =>
        current is { } input ? (input, Stopwatch.GetElapsedTime(Interlocked.Read(ref startedAt))) : null;

    /// <summary>
    /// Parses an input; what a first run may have caused counts only if it happens each time, and what took long only if it took processor
    /// time: a busy machine lets every parser wait.
    /// </summary>
    /// <returns>The defect that it shows, or null.</returns>
    public Finding? Run(byte[] input, out bool accepted)
    {
        var finding = Once(input, isAgain: false, out accepted);
        for (var i = 1; i < Repetitions && finding is { Kind: FindingKind.Hang or FindingKind.Allocation }; i++)
            finding = Once(input, isAgain: true, out accepted);
        if (accepted)
            Accepted++;
        return finding;
    }

    /// <summary>Checks what must hold of an accepted input.</summary>
    /// <returns>The defect that it shows, or null.</returns>
    public Finding? Confirm(byte[] input)
    {
        try
        {
            target.Confirm(input);
            return null;
        }
        catch (PropertyException failure)
        {
            return new Finding(FindingKind.Property, failure.Message, failure.Message);
        }
        catch (Exception failure)
        {
            return Crash(failure);
        }
    }

    private Finding? Once(byte[] input, bool isAgain, out bool accepted)
    {
        accepted = false;
        current = input;
        var processor = isAgain ? Environment.CpuUsage.TotalTime : default;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var began = Stopwatch.GetTimestamp();
        Interlocked.Exchange(ref startedAt, began);
        try
        {
            accepted = target.Parse(input);
        }
        catch (AllocationException failure)
        {
            return new Finding(FindingKind.Allocation, "allocation at once", failure.Message);
        }
        catch (Exception failure)
        {
            return Crash(failure);
        }
        finally
        {
            current = null;
        }

        var elapsed = isAgain ? Environment.CpuUsage.TotalTime - processor : Stopwatch.GetElapsedTime(began);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > Math.Min(FreeBytes + (target.MostAllocatedPerByte * input.Length), target.MostAllocated))
            return new Finding(FindingKind.Allocation, "allocation", $"{allocated:N0} bytes are allocated for {input.Length:N0}");
        if (elapsed > longest)
            return new Finding(FindingKind.Hang, "hang", $"{elapsed.TotalSeconds:0.0} s for {input.Length:N0} bytes");
        LongestInput = Math.Max(LongestInput, input.Length);
        MostPerByte = Math.Max(MostPerByte, (double)(allocated - FreeBytes) / Math.Max(1, input.Length));
        Slowest = elapsed > Slowest ? elapsed : Slowest;
        return null;
    }

    private static Finding Crash(Exception failure)
    {
        var place = failure.StackTrace?.Split('\n').FirstOrDefault(
            line => line.Contains("Starling.", StringComparison.Ordinal) && !line.Contains("Starling.Fuzz", StringComparison.Ordinal));
        return new Finding(FindingKind.Crash, $"{failure.GetType().Name} {place?.Trim()}", failure.ToString());
    }
}
