using System.Security.Cryptography;
using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Bench.Wire;

/// <summary>
/// One blob between two nodes, verified chunk by chunk and written, the final sync apart; against the same bytes
/// over a bare <c>SslStream</c>.
/// </summary>
internal static class BlobBenchmark
{
    // Until the runtime has compiled the hot paths for good.
    private const int WarmUps = 8;

    public static async Task RunAsync(BenchmarkOptions options)
    {
        var bytes = options.Bytes ?? 256 << 20;
        using var folder = new BenchmarkFolder(options.Folder);
        using var trust = new BenchmarkTrust();
        using var keysOfA = trust.Issue(BenchmarkTrust.Id(0));
        using var keysOfB = trust.Issue(BenchmarkTrust.Id(1));
        await using var a = await TransferNode.StartAsync(trust.Credentials(keysOfA), folder.Of("a"), new PeerNetworkOptions());
        await using var b = await TransferNode.StartAsync(trust.Credentials(keysOfB), folder.Of("b"), new PeerNetworkOptions());
        await TransferNode.ConnectAsync(a, b);
        await using var bare = await BareTls.ConnectAsync(trust.Certificate(BenchmarkTrust.Id(0)), trust.Certificate(BenchmarkTrust.Id(1)));
        using var least = options.Bare ? new BareBlob(bare, folder.Of("bare"), bytes) : null;
        var blob = await CreateAsync(a, bytes, b.Network.Self);

        var (ratios, bares, ours, costs, syncs) = (new Spread(), new Spread(), new Spread(), new Spread(), new Spread());
        var (leastRatios, leastCosts, processor) = (new Spread(), new Spread(), new Spread());
        for (var run = -WarmUps; run < (options.Runs ?? 11); run++)
        {
            var alone = default(Cost);
            // Who is first takes turns.
            if (options.Bare && run % 2 == 0)
                alone = await Cost.OfAsync(() => bare.MoveAsync(bytes));
            var fetched = await Cost.OfAsync(() => b.FetchAsync(blob, a.Network.Self));
            var synced = await Cost.OfAsync(() => b.Blobs.SaveAsync(blob, CancellationToken.None));
            b.Blobs.Release(blob);
            if (options.Bare && run % 2 != 0)
                alone = await Cost.OfAsync(() => bare.MoveAsync(bytes));
            var moved = least is null ? default : await Cost.OfAsync(least.MoveAsync);
            least?.Save();
            if (run < 0)
                continue;
            leastRatios.Add(alone.Time / moved.Time);
            leastCosts.Add(moved.Processor / alone.Processor);
            ratios.Add(alone.Time / fetched.Time);
            costs.Add(fetched.Processor / alone.Processor);
            bares.Add(bytes / alone.Time.TotalSeconds / 1e6);
            ours.Add(bytes / fetched.Time.TotalSeconds / 1e6);
            processor.Add(fetched.Processor.TotalMilliseconds);
            syncs.Add(synced.Time.TotalMilliseconds);
        }

        Console.WriteLine(
            $"blob of {bytes} bytes: {ratios.Tell("0.00")} x of a bare SslStream, at {costs.Tell("0.00")} x of its processor time");
        if (least is not null)
            Console.WriteLine($"  only hashed, compared, written and read, {leastRatios.Tell("0.00")} x, at {leastCosts.Tell("0.00")} x of its processor time");
        Console.WriteLine(
            $"  bare {bares.Tell("0")} MB/s; fetched, verified and written {ours.Tell("0")} MB/s at {processor.Tell("0")} ms of processor time; the sync apart {syncs.Tell("0")} ms");
    }

    /// <summary>Puts random bytes into a node's store, for others to fetch.</summary>
    public static async Task<BlobId> CreateAsync(TransferNode node, long bytes, params NodeId[] audience)
    {
        using var writer = node.Blobs.Create(TransferNode.Contract, bytes);
        var piece = new byte[1 << 20];
        for (var left = bytes; left > 0; left -= piece.Length)
        {
            RandomNumberGenerator.Fill(piece);
            writer.Append(piece.AsSpan(0, (int)Math.Min(left, piece.Length)));
        }

        var blob = await writer.CompleteAsync();
        await node.Blobs.SaveAsync(blob, CancellationToken.None);
        node.Blobs.Share(blob, TransferNode.Contract, audience);
        return blob;
    }
}
