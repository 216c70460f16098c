using System.Diagnostics;

namespace Starling.Bench.Wire;

/// <summary>
/// What a piece of work took: on the clock, and of the processors. The latter hardly depends on what else the machine does.
/// </summary>
internal readonly record struct Cost(TimeSpan Time, TimeSpan Processor)
{
    public static async Task<Cost> OfAsync(Func<Task> work)
    {
        var (began, before) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        await work();
        return new Cost(Stopwatch.GetElapsedTime(began), Environment.CpuUsage.TotalTime - before);
    }
}
