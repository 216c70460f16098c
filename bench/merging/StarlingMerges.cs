using System.Diagnostics;
using System.Runtime.InteropServices;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Bench.Merging;

/// <summary>This side: the rules of a node, from states in memory to a state in memory.</summary>
internal sealed class StarlingMerges
{
    private readonly ModelState[] states;
    private readonly ModelState merged;

    /// <summary>Reads the states that the other side drew.</summary>
    public StarlingMerges(string file, int models, int elements)
    {
        var schema = new ModelSchema([new TensorSpec("w", elements)]);
        using var stream = File.OpenRead(file);
        states = [.. Enumerable.Range(0, models).Select(_ => new ModelState(schema))];
        foreach (var state in states)
            stream.ReadExactly(MemoryMarshal.AsBytes(state.Values.AsSpan()));
        merged = new ModelState(schema);
    }

    /// <summary>
    /// A rule as it is compared (<c>NAME_tuned</c> is NAME against a faster form of NumPy's): geomedian with 20 iterations, krum with 3
    /// attackers, trimmedmean with two of ten cut at each end.
    /// </summary>
    public static (IMergeRule Rule, MergeParameters Parameters) Rule(string name)
    {
        name = name.Split('_')[0];
        var rule = MergeRules.Standard.Find(name)!;
        KeyValuePair<string, double>[] given = name switch
        {
            "geomedian" => [new("iterations", 20), new("tolerance", 1e-12)],
            "krum" => [new("f", 3)],
            "trimmedmean" => [new("share", 0.2)],
            _ => [],
        };
        return (rule, MergeParameters.Check(rule, given).Parameters!);
    }

    /// <summary>Merges once.</summary>
    public MergeTime Merge(string name, int threads)
    {
        var (rule, parameters) = Rule(name);
        var inputs = MergeInputs.InOrder(states.Select(state => new WeightedModel(state, 1)));
        IBlockScheduler scheduler = threads == 1 ? SerialBlocks.Instance : new ThreadBlocks(threads);
        // Each side reads its models first: the system may have set them aside while the other worked.
        foreach (var state in states.Append(merged))
            GC.KeepAlive(FiniteCheck.IndexOfNotFinite(state.Values));
        var processor = Environment.CpuUsage.TotalTime;
        var began = Stopwatch.GetTimestamp();
        var fault = Merger.Merge(rule, parameters, inputs, IntegerPolicy.Keep, merged, scheduler);
        var wall = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return fault is null
            ? new MergeTime(wall, (Environment.CpuUsage.TotalTime - processor).TotalSeconds)
            : throw new InvalidOperationException($"{name} has a fault: {fault}.");
    }

    /// <summary>
    /// The greatest difference of the last merge from another side's result; for krum's number of a state, whether it is that state.
    /// </summary>
    public double DifferenceFrom(float[] other)
    {
        var expected = other.Length == 1 ? states[(int)other[0]].Values : other;
        return expected.Zip(merged.Values, (a, b) => Math.Abs((double)a - b)).Max();
    }

    private sealed class ThreadBlocks(int threads) : IBlockScheduler
    {
        public void ForEach(int blocks, Action<int> body) =>
            Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads }, body);
    }
}
