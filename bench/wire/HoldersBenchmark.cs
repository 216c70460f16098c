using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Bench.Wire;

/// <summary>One blob from three holders whose links are throttled, against one of them.</summary>
internal static class HoldersBenchmark
{
    private const int Holders = 3;

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var bytes = options.Bytes ?? 64 << 20;
        var rate = options.Rate ?? 25_000_000;
        using var folder = new BenchmarkFolder(options.Folder);
        using var trust = new BenchmarkTrust();
        var nodes = new TransferNode[Holders + 1];
        for (var i = 0; i < nodes.Length; i++)
        {
            using var keys = trust.Issue(BenchmarkTrust.Id(i));
            nodes[i] =
                await TransferNode.StartAsync(trust.Credentials(keys), folder.Of($"{i}"), new PeerNetworkOptions { MaxUploadRate = rate });
        }

        await TransferNode.ConnectAsync(nodes);
        var (fetcher, holders) = (nodes[Holders], nodes[..Holders]);
        var everybody = nodes.Select(node => node.Network.Self).ToArray();
        var blob = await BlobBenchmark.CreateAsync(holders[0], bytes, everybody);
        foreach (var holder in holders[1..])
        {
            await holder.FetchAsync(blob, holders[0].Network.Self);
            holder.Blobs.Share(blob, TransferNode.Contract, everybody);
        }

        var (ratios, ones, threes) = (new Spread(), new Spread(), new Spread());
        for (var run = 0; run < (options.Runs ?? 5); run++)
        {
            var one = await FetchAsync(fetcher, blob, everybody[..1]);
            var three = await FetchAsync(fetcher, blob, everybody[..Holders]);
            ratios.Add(one / three);
            ones.Add(bytes / one.TotalSeconds / 1e6);
            threes.Add(bytes / three.TotalSeconds / 1e6);
        }

        Console.WriteLine($"blob of {bytes} bytes from three holders of {rate / 1e6} MB/s each: {ratios.Tell("0.00")} x of one");
        Console.WriteLine($"  one {ones.Tell("0.0")} MB/s; three {threes.Tell("0.0")} MB/s");
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    private static async Task<TimeSpan> FetchAsync(TransferNode fetcher, BlobId blob, NodeId[] holders)
    {
        var cost = await Cost.OfAsync(() => fetcher.FetchAsync(blob, holders));
        fetcher.Blobs.Release(blob);
        return cost.Time;
    }
}
