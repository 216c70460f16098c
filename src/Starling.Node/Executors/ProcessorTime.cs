namespace Starling.Node.Executors;

/// <summary>
/// What all processes of a work used together, those among it that are gone: what a process used is its parent's when that takes notice of
/// its death, and nobody's where the parent does not, by which a program could hide all that it does in short-lived children.
/// </summary>
internal sealed class ProcessorTime
{
    private Dictionary<(int Id, long Start), ProcessFacts> seen = [];
    private TimeSpan lost, missing;

    /// <summary>Looks at those that run now.</summary>
    /// <returns>What all used together, as far as it was seen.</returns>
    public TimeSpan Add(IEnumerable<ProcessFacts> running)
    {
        var now = new Dictionary<(int Id, long Start), ProcessFacts>();
        foreach (var process in running)
            now[Key(process)] = process;
        var inherited = Sum(now.Values, process => process.Inherited - seen.GetValueOrDefault(Key(process)).Inherited);
        var gone = TimeSpan.Zero;
        foreach (var (key, before) in seen.Where(pair => !now.ContainsKey(pair.Key)))
        {
            // One that is dead and waits for its parent to take notice has not handed on yet.
            if (ProcessFacts.Of(before.Id) is { IsDead: true } dead && Key(dead) == key)
                now[key] = dead;
            else
                gone += before.Processor;
        }

        // Who was looked at first may have handed on what it used before its parent was looked at, and would count twice.
        if (inherited > TimeSpan.Zero)
            foreach (var (key, process) in now.ToList())
                if (ProcessFacts.Of(process.Id) is not { } still || Key(still) != key)
                {
                    now.Remove(key);
                    gone += process.Processor;
                }

        // No look is of one moment: the parent may have been looked at before, and shows at the next look what it inherited.
        var left = missing - inherited;
        lost += Positive(left);
        missing = Positive(gone - Positive(-left));
        seen = now;
        return lost + Sum(now.Values, process => process.Processor);
    }

    private static (int Id, long Start) Key(ProcessFacts process) => (process.Id, process.Start);

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    private static TimeSpan Sum(IEnumerable<ProcessFacts> processes, Func<ProcessFacts, TimeSpan> part) =>
        processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + part(process));
}
