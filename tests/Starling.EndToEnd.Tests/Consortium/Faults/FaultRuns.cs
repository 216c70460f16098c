using System.Collections.Concurrent;

namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>Carries schedules out, one beside the one that is waited for: faults last for seconds in which processors have little to do, and networks have nothing in common.</summary>
public sealed class FaultRuns
{
    private readonly ConcurrentDictionary<int, Lazy<Task>> runs = [];
    private readonly ConcurrentDictionary<int, ConcurrentQueue<string>> lines = [];

    /// <summary>Waits for a schedule, while the next one is carried out, too.</summary>
    internal async Task OutcomeAsync(int seed, int? next, string clockLibrary, Action<string> tell)
    {
        var run = Begin(seed, clockLibrary);
        if (next is { } after)
            _ = Begin(after, clockLibrary);
        try
        {
            await run;
        }
        finally
        {
            foreach (var line in lines[seed])
                tell(line);
        }
    }

    private Task Begin(int seed, string clockLibrary) => runs.GetOrAdd(seed, _ => new Lazy<Task>(() =>
    {
        var told = lines.GetOrAdd(seed, _ => []);
        return Task.Run(() => FaultRun.CarryOutAsync(FaultSchedule.Draw(seed), clockLibrary, told.Enqueue));
    })).Value;
}
