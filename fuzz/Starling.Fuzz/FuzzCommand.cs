using System.CommandLine;
using Starling.Fuzz.Corpus;
using Starling.Fuzz.Coverage;
using Starling.Fuzz.Running;
using Starling.Fuzz.Targets;

namespace Starling.Fuzz;

/// <summary>The command line of the fuzzer.</summary>
internal static class FuzzCommand
{
    private static readonly TextWriter Log = Console.Out;

    public static RootCommand Build()
    {
        var target = new Argument<string>("target")
        {
            Description = $"a parser: {string.Join(", ", FuzzTargets.All.Select(known => known.Name))}; or all"
        };
        target.Validators.Add(result =>
        {
            if (!Named(result.GetValueOrDefault<string>()).Any())
                result.AddError($"there is no target '{result.GetValueOrDefault<string>()}'; choose from {string.Join(", ", FuzzTargets.All.Select(known => known.Name))}, or all");
        });
        var inputs = new Option<long>("--inputs") { Description = "how many inputs are parsed", DefaultValueFactory = _ => 100_000 };
        var seed = new Option<ulong>("--seed") { Description = "decides every input", DefaultValueFactory = _ => 1 };
        var keep = new Option<bool>("--keep") { Description = "replaces the corpus by the fewest inputs that reach as much" };
        var least = new Option<double>("--least-coverage")
        {
            Description = "fails if less than so many hundredths of a parser's branches are reached"
        };
        var run = new Command("run", "Searches for inputs that a parser reads badly.") { target, inputs, seed, keep, least };
        run.SetAction(parsed =>
            Run(Named(parsed.GetValue(target)), parsed.GetValue(inputs), parsed.GetValue(seed), parsed.GetValue(keep),
                parsed.GetValue(least)));

        var file = new Argument<FileInfo>("file") { Description = "an input" };
        var replay = new Command("replay", "Lets a parser read one file, and says what becomes of it.") { target, file };
        replay.SetAction(parsed => Replay(Named(parsed.GetValue(target)).First(), parsed.GetValue(file)!));

        var copy = new Argument<string>("folder") { Description = "where the copy is made" };
        var instrument = new Command("instrument", "Makes a copy of this program whose parsers count what they reach.") { copy };
        instrument.SetAction(parsed =>
            Log.WriteLine($"{Instrumenter.Copy(AppContext.BaseDirectory, Path.GetFullPath(parsed.GetValue(copy)!)):N0} places count."));
        return new RootCommand("Fuzzes Starling's parsers.") { run, replay, instrument };
    }

    private static IEnumerable<IFuzzTarget> Named(string? name) => FuzzTargets.All.Where(target => name == "all" || target.Name == name);

    private static int Run(IEnumerable<IFuzzTarget> targets, long inputs, ulong seed, bool keep, double least)
    {
        var isGood = true;
        foreach (var target in targets)
        {
            var map = CoverageMap.Find();
            var folder = CorpusFolder.Of(target.Name);
            var run = new FuzzRun(target, folder, map, Log, Execution.Longest);
            run.RunAlone(inputs, seed);
            var report = BranchReport.Of(map, target.Parsers);
            Log.WriteLine($"{target.Name}: {inputs:N0} inputs from seed {seed}, {run.PerSecond:N0}/s ({run.PerProcessorSecond:N0} a processor second), {run.Execution.Accepted:N0} accepted, {map.Reached:N0} places, "
                + $"branches {report.Reached}/{report.All} ({report.Percent:0.0} %), slowest {run.Execution.Slowest.TotalMilliseconds:0} ms, "
                + $"at most {Math.Max(0, run.Execution.MostPerByte):0.00} bytes allocated a byte beyond 64 KiB, no object above {run.LargestObject:N0}, {run.Defects} defects");
            foreach (var missed in report.Missed)
                Log.WriteLine($"  not reached: {missed.File}:{missed.Line} {missed.Method}, {(missed.Outcome == 0 ? "goes on" : $"jumps ({missed.Outcome})")}");
            if (keep)
                folder.Replace(CorpusSelection.Choose(target, map, run.Known));
            isGood &= run.Defects == 0 && report.Percent >= least;
        }

        return isGood ? 0 : 1;
    }

    private static int Replay(IFuzzTarget target, FileInfo file)
    {
        var input = File.ReadAllBytes(file.FullName);
        var execution = new Execution(target, Execution.Longest);
        var finding = execution.Run(input, out var accepted) ?? (accepted ? execution.Confirm(input) : null);
        Log.WriteLine(
            finding is null ? $"{input.Length:N0} bytes: {(accepted ? "accepted" : "refused")}" : $"{finding.Kind}: {finding.Detail}");
        return finding is null ? 0 : 1;
    }
}
