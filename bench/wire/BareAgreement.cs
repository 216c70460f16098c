using Microsoft.Win32.SafeHandles;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Ledgers.Embedded;
using Starling.Node.Identity;
using Starling.Node.Journal;

namespace Starling.Bench.Wire;

/// <summary>
/// What agreeing on a round costs at the least: every node announces an update, one claims and announces the merge, the others vote. Each
/// has what it announces on disk, appends an entry that it signed, and verifies those of all. Nothing is sent, merged or decided; what a
/// round takes more than this is the protocol's and the transport's.
/// </summary>
internal sealed class BareAgreement : IAsyncDisposable
{
    private const int PayloadBytes = 200;

    private static readonly ContractId Contract = ContractId.Parse("bare");

    private readonly Announcer[] nodes;
    private long sequence;

    public BareAgreement(BenchmarkTrust trust, int nodes, BenchmarkFolder folder)
    {
        var ledger = Path.Combine(folder.Of("bare-ledger"), "ledger.db");
        var keys = Enumerable.Range(0, nodes).Select(i => trust.Issue(BenchmarkTrust.Id(i))).ToArray();
        this.nodes = [.. keys.Select((own, i) =>
            new Announcer(own, [.. keys.Select(k => k.Identity.Key)], EmbeddedLedger.Open(ledger), folder.Of($"bare-{i}")))];
    }

    /// <summary>One round.</summary>
    /// <param name="bytes">The model's length.</param>
    public async Task RunAsync(int bytes)
    {
        await AnnounceAsync(nodes, bytes);
        await AnnounceAsync(nodes[..1], blob: null);
        await AnnounceAsync(nodes[..1], bytes);
        await AnnounceAsync(nodes[1..], bytes);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    // All at once, and then everybody verifies what was announced.
    private async Task AnnounceAsync(Announcer[] announcers, int? blob)
    {
        sequence++;
        var entries = await Task.WhenAll(announcers.Select(node => Task.Run(() => node.AnnounceAsync(sequence, blob))));
        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.Verify(entries))));
    }

    private sealed class Announcer : IAsyncDisposable
    {
        private readonly NodeKeys keys;
        private readonly EmbeddedLedger ledger;
        private readonly NodeJournal journal;
        private readonly SafeFileHandle blob;
        private readonly Dictionary<PublicKey, EntryKey> imported;

        public Announcer(NodeKeys keys, PublicKey[] everybody, EmbeddedLedger ledger, string folder)
        {
            (this.keys, this.ledger) = (keys, ledger);
            imported = everybody.ToDictionary(key => key, key => EntryKey.TryImport(key)!);
            journal = NodeJournal.Open(Path.Combine(folder, NodeJournal.FileName));
            blob = File.OpenHandle(Path.Combine(folder, "blob"), FileMode.CreateNew, FileAccess.Write);
        }

        public async Task<SignedEntry> AnnounceAsync(long sequence, int? bytes)
        {
            if (bytes is { } length)
            {
                RandomAccess.Write(blob, new byte[length], 0);
                RandomAccess.FlushToDisk(blob);
            }

            await journal.SaveAsync([new JournalRecord("announced", [.. BitConverter.GetBytes(sequence)])], CancellationToken.None);
            var body = new EntryBody(Contract, 0, keys.Identity.Id, 1, sequence, 1, 0, default, new byte[PayloadBytes]).Encode();
            var entry = new SignedEntry(body, keys.Identity.Key, [.. keys.Signer.Sign(body)]);
            var answer = await ledger.AppendAsync([entry], CancellationToken.None);
            return answer.Outcome == AppendOutcome.Appended ? entry : throw new InvalidOperationException(answer.Trouble);
        }

        public void Verify(IEnumerable<SignedEntry> entries)
        {
            if (!entries.All(entry => imported[entry.Key].Verify(entry.BodyBytes, entry.Signature)))
                throw new InvalidDataException("A signature does not verify.");
        }

        public async ValueTask DisposeAsync()
        {
            blob.Dispose();
            journal.Dispose();
            await ledger.DisposeAsync();
            foreach (var key in imported.Values)
                key.Dispose();
            keys.Dispose();
        }
    }
}
