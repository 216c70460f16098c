using System.Diagnostics;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Fuzz.Corpus;
using Starling.Fuzz.Coverage;
using Starling.Fuzz.Mutation;
using Starling.Fuzz.Targets;

namespace Starling.Fuzz.Running;

/// <summary>
/// One search: begins with the seeds and the corpus, changes what it knows, and keeps each input that reaches something new. What it does
/// depends on the target, the corpus and the seed alone, so that a run can be repeated.
/// </summary>
internal sealed class FuzzRun(IFuzzTarget target, CorpusFolder folder, CoverageMap map, TextWriter log, TimeSpan longest)
{
    private const int ShrinkingTrials = 4000;
    private const int LongEvery = 256;
    private const int MostInputsKept = 20_000;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Hopeless = TimeSpan.FromSeconds(60);

    private readonly Execution execution = new(target, longest);
    private readonly List<byte[]> known = new(MostInputsKept);
    private readonly SortedSet<string> signatures = new(StringComparer.Ordinal);
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly TimeSpan processorTime = Environment.CpuUsage.TotalTime;
    private long executed;

    /// <summary>What was measured.</summary>
    public Execution Execution => execution;

    /// <summary>Inputs that reached something new, in the order in which they were found.</summary>
    public IReadOnlyList<byte[]> Known => known;

    /// <summary>How many different defects were found.</summary>
    public int Defects => signatures.Count;

    /// <summary>Inputs parsed each second since the beginning.</summary>
    public double PerSecond => executed / watch.Elapsed.TotalSeconds;

    /// <summary>Inputs parsed in each second of processor time, which a busy machine does not change much.</summary>
    public double PerProcessorSecond => executed / (Environment.CpuUsage.TotalTime - processorTime).TotalSeconds;

    /// <summary>The largest object that was allocated, in bytes; 0 if nobody listened.</summary>
    public long LargestObject { get; private set; }

    /// <summary>
    /// Reads the seeds and the corpus, and checks what must hold of those that are accepted. Without counters all of
    /// them are kept to start from.
    /// </summary>
    public void Replay()
    {
        foreach (var (name, input) in target.Seeds().Select((seed, i) => ($"seed {i}", seed)).Concat(folder.Read()))
            Try(input, name, isAlwaysConfirmed: true);
    }

    /// <summary>Replays and searches in a process that does nothing else: no object may exceed what the longest input allows.</summary>
    public void RunAlone(long inputs, ulong seed)
    {
        using var listener = new LargestObject();
        Replay();
        Search(inputs, seed);
        LargestObject = listener.Settle();
        if (LargestObject > Execution.FreeBytes + (2 * execution.LongestInput) && signatures.Add("object"))
            log.WriteLine($"{target.Name}: an object of {LargestObject:N0} bytes is allocated, and the longest input has {execution.LongestInput:N0}");
    }

    /// <summary>Parses so many new inputs, made from those that were kept.</summary>
    public void Search(long inputs, ulong seed)
    {
        var random = new SeededRandom(seed).Fork(target.Name);
        var mutator = new Mutator(target, random);
        using var watchdog = new Timer(_ => EndIfHopeless(), null, Hopeless, Hopeless);
        var reported = watch.Elapsed;
        for (var i = 0L; i < inputs; i++)
        {
            Try(mutator.Mutate(Pick(random), () => known[random.Next(known.Count)]), "new", isAlwaysConfirmed: false);
            if ((i & 0x3ff) == 0 && watch.Elapsed - reported > ReportEvery)
            {
                reported = watch.Elapsed;
                log.WriteLine(
                    $"{target.Name}: {i:N0} inputs, {PerSecond:N0}/s, {map.Reached:N0} places, {known.Count:N0} kept, {Defects} defects");
            }
        }
    }

    /// <summary>
    /// Of two drawn, mostly the shorter; now and then one that was found lately; seldom a long one, whose parsing
    /// would take most of the time.
    /// </summary>
    private byte[] Pick(SeededRandom random)
    {
        var late = random.Next(4) == 0 ? Math.Min(known.Count, 32) : known.Count;
        while (true)
        {
            var one = known[known.Count - 1 - random.Next(late)];
            var two = known[known.Count - 1 - random.Next(late)];
            var picked = one.Length <= two.Length == (random.Next(4) != 0) ? one : two;
            if (picked.Length <= 2 * target.UsualBytes || random.Next(LongEvery) == 0)
                return picked;
            late = known.Count;
        }
    }

    private void Try(byte[] input, string name, bool isAlwaysConfirmed)
    {
        map.Clear();
        var finding = execution.Run(input, out var accepted);
        var isFresh = map.Note() > 0;
        executed++;
        if (finding is null && accepted && (isFresh || isAlwaysConfirmed))
            finding = execution.Confirm(input);
        map.Note(); // what only the check reaches counts, but is no reason to keep an input
        if (finding is not null)
            Report(input, name, finding);
        else if ((isFresh || (isAlwaysConfirmed && !map.IsActive)) && known.Count < MostInputsKept)
            known.Add(input);
    }

    private void Report(byte[] input, string name, Finding finding)
    {
        if (!signatures.Add($"{finding.Kind} {finding.Signature}"))
            return;
        var small = Shrinking.Shrink(input, smaller => Again(smaller, finding), finding.Kind == FindingKind.Hang ? 20 : ShrinkingTrials);
        var path = folder.WriteDefect(small);
        log.WriteLine($"{target.Name}: {finding.Kind} by {name}, {small.Length:N0} bytes, kept as {path}\n{finding.Detail}");
    }

    private bool Again(byte[] input, Finding finding)
    {
        var found = execution.Run(input, out var accepted)
            ?? (accepted && finding.Kind is FindingKind.Property or FindingKind.Crash ? execution.Confirm(input) : null);
        return found?.Kind == finding.Kind && found.Signature == finding.Signature;
    }

    // A parser that never returns cannot be stopped; its input can be kept.
    private void EndIfHopeless()
    {
        if (execution.Current is not { } current || current.Elapsed < Hopeless)
            return;
        log.WriteLine($"{target.Name}: an input of {current.Input.Length:N0} bytes ({Digest.Of(current.Input).Short}) has not ended after {current.Elapsed.TotalSeconds:0} s; kept as {folder.WriteDefect(current.Input)}");
        log.Flush();
        Environment.Exit(3);
    }
}
