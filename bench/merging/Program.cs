using System.Globalization;
using System.Runtime.Intrinsics;
using Starling.Bench.Merging;

// Compares the merge rules with NumPy, turn by turn: run it with bench/merging/run.
string? Option(string name) => Array.LastIndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
int Number(string name, int usual) => Option(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
var turns = Number("--turns", 9);
var (models, elements) = (Number("--models", 10), Number("--elements", 10_000_000));
(string Rule, string Goal)[] cases =
[
    ("mean", "0.9"), ("coordmedian", "40"), ("trimmedmean", "40"), ("geomedian", "40"), ("geomedian_tuned", ""), ("krum", "20"),
    ("krum_float64", "20"), ("krum_tuned", ""),
];
var scratch = Directory.CreateTempSubdirectory("starling-merging-");
try
{
    var file = Path.Combine(scratch.FullName, "states");
    using var numpy = new NumpyMerges(Option("--python") ?? "python3", file, models, elements);
    var starling = new StarlingMerges(file, models, elements);
    Console.WriteLine($"{numpy.Description}; Starling on .NET {Environment.Version}, {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)}-bit vectors");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{models} models of {elements:N0} float32, {turns} turns of each; ratios are NumPy / Starling, above 1 is faster"));
    Console.WriteLine("| rule | NumPy, ms | Starling, ms | ratio (least to most) | of processor time | goal | two threads / one (least to most) | difference |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    foreach (var (rule, goal) in cases.Where(one => Option("--rule") is not { } only || only == one.Rule))
    {
        // The runtime compiles hot loops anew in the background; it is done when a second of work has passed.
        for (var work = 0d; work < 1.5;)
            work += starling.Merge(rule, 1).Processor;
        var difference = starling.DifferenceFrom(numpy.Result(rule, Path.Combine(scratch.FullName, "result")));
        starling.Merge(rule, 2);
        var measured = new List<(MergeTime Numpy, MergeTime One, MergeTime Two)>();
        for (var turn = 0; turn < turns; turn++)
            measured.Add((numpy.Merge(rule), starling.Merge(rule, 1), starling.Merge(rule, 2)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {rule} | {1e3 * Median(measured.Select(m => m.Numpy.Wall)):F0} | {1e3 * Median(measured.Select(m => m.One.Wall)):F1} | "
            + $"{Spread(measured.Select(m => m.Numpy.Wall / m.One.Wall))} | {Spread(measured.Select(m => m.Numpy.Processor / m.One.Processor))} | {goal} | "
            + $"{Spread(measured.Select(m => m.One.Wall / m.Two.Wall))} | {difference:G2} |"));
    }
}
finally
{
    scratch.Delete(true);
}

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);

static string Spread(IEnumerable<double> values) =>
    string.Create(CultureInfo.InvariantCulture, $"{Median(values):G3} ({values.Min():G3} to {values.Max():G3})");
