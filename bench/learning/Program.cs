using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.Intrinsics;
using Starling.Core.Kernel;
using Starling.Bench.Learning;
using Starling.Learning.Data;
using Starling.Learning.Optimisers;

// Compares an epoch of the multilayer perceptron 784-128-10 with PyTorch's, turn by turn: run it with bench/learning/run.
string? Option(string name) => Array.LastIndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
const int Rows = 60_000, Features = 784, Classes = 10;
var data = Option("--data") is { Length: > 0 } folder ? folder : null;
var epochs = int.Parse(Option("--epochs") ?? "9", CultureInfo.InvariantCulture);
using var torch = new TorchEpochs(Option("--python") ?? "python3", Path.Combine(AppContext.BaseDirectory, "torch_epochs.py"), data);
var rows = data is null
    ? Noise()
    : IdxLoader.Load(IdxLoader.Find(data, "train-images-idx3-ubyte"), IdxLoader.Find(data, "train-labels-idx1-ubyte"));
Console.WriteLine($"{torch.Description}; Starling on .NET {Environment.Version}, 1 thread, {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)}-bit vectors");
Console.WriteLine($"{rows.Rows:N0} rows of {(data is null ? "noise" : "MNIST")}, {epochs} epochs of each, turn by turn; ratio = Starling / PyTorch, below 1 is faster");
Console.WriteLine("| case | Starling, s | PyTorch, s | ratio (least to most) | of processor time | accuracy | PyTorch's form |");
Console.WriteLine("|---|---|---|---|---|---|---|");
ImmutableArray<Case> cases =
[
    new(32, OptimiserKind.Sgd, 0.1, 0), new(256, OptimiserKind.Sgd, 0.1, 0), new(32, OptimiserKind.Sgd, 0.05, 0.9),
    new(32, OptimiserKind.Adam, 0.001, 0), new(256, OptimiserKind.Adam, 0.001, 0),
];
const double Target = 0.6;
var first = double.NaN;
foreach (var settings in cases)
{
    var form = torch.Start(settings);
    var starling = new StarlingEpochs(settings, rows);
    for (var warm = 0; warm < 3; warm++)
        starling.Epoch();
    torch.Epoch();
    var pairs = new List<(EpochTime Ours, EpochTime Theirs)>();
    for (var i = 0; i < epochs; i++)
        pairs.Add(i % 2 == 0 ? (starling.Epoch(), torch.Epoch()) : Swap(torch.Epoch(), starling.Epoch()));
    var ratios = pairs.Select(pair => pair.Ours.Wall / pair.Theirs.Wall).Order().ToArray();
    first = double.IsNaN(first) ? Median(ratios) : first;
    var (ours, theirs) = (Median(pairs.Select(pair => pair.Ours.Wall)), Median(pairs.Select(pair => pair.Theirs.Wall)));
    Console.WriteLine($"| {settings} | {ours:F3} | {theirs:F3} | {Median(ratios):F2} ({ratios[0]:F2} to {ratios[^1]:F2}) "
        + $"| {Median(pairs.Select(pair => pair.Ours.Processor / pair.Theirs.Processor)):F2} | {starling.Accuracy():F3}, {torch.Accuracy():F3} | {form} |");
}

Console.WriteLine(
    string.Create(CultureInfo.InvariantCulture, $"{cases[0]}: {first:F2} of PyTorch's time; the target is at most {Target:F2}"));
return first <= Target ? 0 : 1;

static (EpochTime Ours, EpochTime Theirs) Swap(EpochTime theirs, EpochTime ours) => (ours, theirs);

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToArray();
    return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
}

static DataSet Noise()
{
    var random = new SeededRandom(1);
    var features = new float[Rows * Features];
    foreach (ref var feature in features.AsSpan())
        feature = (float)random.NextDouble();
    var labels = new int[Rows];
    foreach (ref var label in labels.AsSpan())
        label = (int)(random.NextDouble() * Classes);
    return new DataSet("noise", Features, features, labels,
        [.. Enumerable.Range(0, Classes).Select(i => i.ToString(CultureInfo.InvariantCulture))]);
}
