using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Starling.Core.Identity;
using Starling.Ledgers.Etcd.Wire;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// Notices what anybody appends to a ledger in etcd. It reads all heads once, and then only listens. When the stream ends it begins again
/// at the next member, and tells of the heads that have changed meanwhile. For one caller at a time.
/// </summary>
/// <param name="client">Asks the members.</param>
/// <param name="keys">Where things lie.</param>
internal sealed class EtcdWatcher(EtcdClient client, EtcdKeys keys) : IDisposable
{
    private const int HeadsAtOnce = 1024, MaxLineBytes = 1 << 20;

    private readonly Dictionary<ContractId, long> revisions = [];
    private (PipeReader News, CancellationToken Left)? stream;
    private int failures;

    /// <summary>Waits for changes.</summary>
    /// <returns>The contracts that were appended to, perhaps none; at the first call, all of them. Null once it is cancelled.</returns>
    public async Task<List<ContractId>?> NextAsync(CancellationToken cancellation)
    {
        try
        {
            if (stream is not { } begun)
                return await BeginAsync(cancellation).ConfigureAwait(false);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, begun.Left);
            if (await ReadLineAsync(begun.News, ended.Token).ConfigureAwait(false) is { Result: { Canceled: false } news })
            {
                failures = 0;
                return Changed(news.Events?.Select(change => change.Kv) ?? []);
            }
        }
        catch (Exception e)
            when (cancellation.IsCancellationRequested
                && e is OperationCanceledException or ObjectDisposedException or EtcdException or IOException or HttpRequestException)
        {
            // Who closes the ledger cancels first, and then lets the connections go under whoever still asks.
            return null;
        }
        catch (OperationCanceledException)
        {
            // Somebody found that the member does not answer, and asks another one by now.
            Dispose();
            return [];
        }
        catch (Exception e) when (e is EtcdException or IOException or HttpRequestException or JsonException)
        {
            // A hint less; whoever reads hears of the trouble.
        }

        Dispose();
        client.Leave();
        await Task.Delay(EtcdClient.Pause(failures++), cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return cancellation.IsCancellationRequested ? null : [];
    }

    /// <summary>Lists every contract that has entries.</summary>
    /// <exception cref="EtcdException">No member answers.</exception>
    public async Task<(List<ContractId> Changed, long Revision)> ListAsync(CancellationToken cancellation)
    {
        var changed = new List<ContractId>();
        long? revision = null;
        for (var from = keys.Heads; ;)
        {
            var answer = await client.AskAsync(
                "v3/kv/range", new EtcdRange(from, EtcdKeys.Above(keys.Heads), HeadsAtOnce, KeysOnly: true), EtcdJson.Default.EtcdRange,
                EtcdJson.Default.EtcdRangeAnswer, cancellation)
                .ConfigureAwait(false);
            revision ??= answer.Header!.Revision;
            changed.AddRange(Changed(answer.Kvs ?? []));
            if (!answer.More || answer.Kvs is not [.., { Key: { } last }])
                return (changed, revision.Value);
            from = [.. last, 0];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream?.News.Complete();
        stream = null;
    }

    private async Task<List<ContractId>> BeginAsync(CancellationToken cancellation)
    {
        var (changed, revision) = await ListAsync(cancellation).ConfigureAwait(false);
        var watched = await client.WatchAsync(new EtcdWatchStart(keys.Heads, EtcdKeys.Above(keys.Heads), revision + 1), cancellation)
            .ConfigureAwait(false);
        stream = (PipeReader.Create(watched.News), watched.Left);
        return changed;
    }

    private List<ContractId> Changed(IEnumerable<EtcdPair?> pairs)
    {
        var changed = new List<ContractId>();
        foreach (var pair in pairs)
            if (keys.ContractOf(pair?.Key) is { } contract && revisions.GetValueOrDefault(contract) < pair!.ModRevision)
            {
                revisions[contract] = pair.ModRevision;
                if (!changed.Contains(contract))
                    changed.Add(contract);
            }

        return changed;
    }

    private static async Task<EtcdWatchLine?> ReadLineAsync(PipeReader stream, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await stream.ReadAsync(cancellation).ConfigureAwait(false);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = JsonSerializer.Deserialize(read.Buffer.Slice(0, end).ToArray(), EtcdJson.Default.EtcdWatchLine);
                stream.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted || read.Buffer.Length > MaxLineBytes)
                return null;
            stream.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
