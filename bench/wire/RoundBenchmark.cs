using Starling.Core.Training;

namespace Starling.Bench.Wire;

/// <summary>Whole rounds of nodes in this process, against the same bytes over bare TLS and one write of each announced blob.</summary>
internal static class RoundBenchmark
{
    private const int WarmUp = 4;

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var (count, bytes, runs) = (options.Nodes ?? 10, options.Bytes ?? 40_000_000, options.Runs ?? 10);
        using var folder = new BenchmarkFolder(options.Folder);
        using var trust = new BenchmarkTrust();
        await using var bare = await BareRound.ConnectAsync(trust, count, folder);
        await using var cluster = await StartAsync(AuditMode.Off, "off");
        await using var audited = options.Audit == AuditMode.Off ? null : await StartAsync(options.Audit, "audited");

        var (ratios, narrow, ours, costs, uploads) = (new Spread(), new Spread(), new Spread(), new Spread(), new Spread());
        var (more, moreCost) = (new Spread(), new Spread());
        for (var round = 1L; round <= WarmUp + runs; round++)
        {
            var once = options.Bare ? await Cost.OfAsync(() => bare.RunAsync(bytes, everywhere: false)) : default;
            var whole = await Cost.OfAsync(() => GoAsync(cluster, round));
            var checkedToo = audited is null ? default : await Cost.OfAsync(() => GoAsync(audited, round));
            var everywhere = options.Bare ? await Cost.OfAsync(() => bare.RunAsync(bytes, everywhere: true)) : default;
            if (round <= WarmUp)
                continue;
            ratios.Add(whole.Time / everywhere.Time);
            narrow.Add(whole.Time / once.Time);
            costs.Add(whole.Processor / everywhere.Processor);
            ours.Add(whole.Time.TotalMilliseconds);
            uploads.Add(LeaderUpload(cluster, round) / (double)bytes);
            more.Add(checkedToo.Time / whole.Time);
            moreCost.Add(checkedToo.Processor / whole.Processor);
        }

        Console.WriteLine($"round of {count} nodes in one process, {bytes} bytes, audit off: {ours.Tell("0")} ms");
        Console.WriteLine($"  the leader uploads its merge {uploads.Tell("0.00")} times to {count - 1} followers");
        if (options.Bare)
            Console.WriteLine($"  {ratios.Tell("0.00")} x of bare TLS and one write by each that announces; {narrow.Tell("0.00")} x if only the leader writes the merge; "
                + $"processor time {costs.Tell("0.00")} x");
        if (audited is not null)
            Console.WriteLine($"  with audit {options.Audit.ToString().ToLowerInvariant()} {more.Tell("0.00")} x of that; processor time {moreCost.Tell("0.00")} x");
        foreach (var trouble in cluster.Nodes.Concat(audited?.Nodes ?? []).SelectMany(node => node.Troubles).Distinct().Take(10))
            Console.WriteLine($"  {trouble}");

        async Task<RoundCluster> StartAsync(AuditMode audit, string name)
        {
            var started = await RoundCluster.StartAsync(count, WarmUp + runs, bytes, audit, options.Rate ?? long.MaxValue, folder, name);
            await started.Clock.BegunAsync(1);
            return started;
        }
    }

    /// <summary>Lets a round go; completes when every node has the merge and its next assignment.</summary>
    public static Task GoAsync(RoundCluster cluster, long round)
    {
        cluster.Clock.Release(round);
        return cluster.Clock.BegunAsync(round + 1);
    }

    private static long LeaderUpload(RoundCluster cluster, long round)
    {
        var commit = cluster.Nodes[0].Commit(round)!;
        return cluster.Nodes.Single(node => node.Id == commit.Leader).Served.Of(commit.Merge);
    }
}
