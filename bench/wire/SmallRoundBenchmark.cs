namespace Starling.Bench.Wire;

/// <summary>Rounds of a tiny model: what agreement costs, with everything that is announced on disk.</summary>
internal static class SmallRoundBenchmark
{
    private const int WarmUp = 100;

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var (count, bytes, runs) = (options.Nodes ?? 10, options.Bytes ?? 1_000, options.Runs ?? 200);
        using var folder = new BenchmarkFolder(options.Folder);
        await using var cluster = await RoundCluster.StartAsync(count, WarmUp + runs, bytes, options.Audit, long.MaxValue, folder);
        await cluster.Clock.BegunAsync(1);
        using var trust = new BenchmarkTrust();
        await using var bare = new BareAgreement(trust, count, folder);
        var (times, processor, bareTimes, bareProcessor) = (new Spread(), new Spread(), new Spread(), new Spread());
        for (var round = 1L; round <= WarmUp + runs; round++)
        {
            var cost = await Cost.OfAsync(() => RoundBenchmark.GoAsync(cluster, round));
            var least = options.Bare ? await Cost.OfAsync(() => bare.RunAsync((int)bytes)) : default;
            if (round <= WarmUp)
                continue;
            times.Add(cost.Time.TotalMilliseconds);
            processor.Add(cost.Processor.TotalMilliseconds);
            bareTimes.Add(least.Time.TotalMilliseconds);
            bareProcessor.Add(least.Processor.TotalMilliseconds);
        }

        Console.WriteLine($"round of {count} nodes in one process, {bytes} bytes, audit {options.Audit}: p50 {times.Median:0.0} ms, p90 {times.At(0.9):0.0} ms, "
            + $"{runs} rounds; processor time {processor.Median:0.0} ms");
        if (options.Bare)
            Console.WriteLine($"  its entries only signed, synced, appended and verified: p50 {bareTimes.Median:0.0} ms, p90 {bareTimes.At(0.9):0.0} ms; "
                + $"processor time {bareProcessor.Median:0.0} ms");
        foreach (var trouble in cluster.Nodes.SelectMany(node => node.Troubles).Distinct().Take(10))
            Console.WriteLine($"  {trouble}");
    }
}
