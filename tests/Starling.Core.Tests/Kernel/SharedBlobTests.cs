using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tests.Training;
using Starling.Core.Training;

namespace Starling.Core.Tests.Kernel;

/// <summary>A node that follows two contracts in which the same blob has a part.</summary>
public sealed class SharedBlobTests
{
    private const int Large = 1000;

    /// <summary>Red if a blob that is too large for the first contract is not fetched for the second, which takes it.</summary>
    [Fact]
    public void WhatOneContractTakesIsFetchedThoughItIsTooLargeForAnother()
    {
        var node = new Follower(givesChunks: false, Committed("a", 3, Large - 1), Committed("b", 3, Large));
        Assert.Equal(Large, node.Asked<FetchManifest>().Last().MaxBytes);
        Assert.NotEmpty(node.Asked<FetchChunk>());
    }

    /// <summary>Red if one of two contracts alone sees that what both wait for is on its way.</summary>
    [Fact]
    public void WhatIsOnItsWayIsProgressInEachContractThatWaitsForIt()
    {
        var (a, b) = (Proposed("a"), Proposed("b"));
        var node = new Follower(givesChunks: false, a, b);
        var fetch = node.Asked<FetchChunk>().First();
        node.Pass(ContractScript.Settings().LeaderTimeout / 2);
        node.Give(new ChunkProgressed(fetch.Id, Large / 2));
        Assert.Equal(node.Now, node.State.Contracts[a.State.Contract].Clocks.ProgressAt);
        Assert.Equal(node.Now, node.State.Contracts[b.State.Contract].Clocks.ProgressAt);
    }

    /// <summary>Red if a blob that goes to more members in one contract than in the other is offered anew in every step.</summary>
    [Fact]
    public void WhatTwoContractsShareIsOfferedOnce()
    {
        var node = new Follower(givesChunks: true, Committed("a", 3, Large), Committed("b", 4, Large));
        var shared = node.Asked<Share>().Last();
        Assert.Equal([ContractScript.Member(0), ContractScript.Member(1), ContractScript.Member(3)], shared.Audience);
        var offers = node.Asked<Share>().Count();
        node.Give(new PeerUp(ContractScript.Member(0)));
        Assert.Equal(offers, node.Asked<Share>().Count());
    }

    /// <summary>Red if what is fetched for a sample of one contract is forgotten when another one's sample has come.</summary>
    [Fact]
    public void SamplesOfTwoContractsDoNotTakeTurns()
    {
        var later = Begun("b", 3, Large, AuditMode.Sampled).Led();
        var node = new Follower(givesChunks: true, Proposed("a", AuditMode.Sampled), later);
        Propose(later);
        node.Give(new LedgerChanged(later.State.Contract));
        var audits = node.Asked<Compute>().Select(compute => compute.Computation).OfType<AuditMerge>().ToList();
        Assert.Equal(2, audits.Count);
        Assert.All(audits, audit => Assert.All(audit.Inputs,
            input => Assert.Superset(audit.Chunks.ToHashSet(), node.State.Parts[input.Blob].ToHashSet())));
    }

    // Two members have committed a merge, and the node lacks it.
    private static ContractScript Committed(string name, int members, long limit)
    {
        var script = Begun(name, members, limit, AuditMode.Full).Readied(ContractScript.Member(0), ContractScript.Member(1));
        script.Accept(script.A, script.Claim());
        script.Accept(script.A, script.Merged());
        script.Accept(script.B, script.Full());
        Assert.Equal(ContractScript.Blob("right"), script.Round.Base);
        return script;
    }

    // One leads, and has proposed a merge that the node is to hold.
    private static ContractScript Proposed(string name, AuditMode audit = AuditMode.Off)
    {
        var script = Begun(name, 3, Large, audit).Led();
        Propose(script);
        return script;
    }

    // Whose update the node has lost is left out: it is the node itself.
    private static void Propose(ContractScript script) => script.Accept(script.A, script.Merged("right", script.C));

    private static ContractScript Begun(string name, int members, long limit, AuditMode audit)
    {
        var script = new ContractScript(members, audit: audit, name: name,
            change: found => found with { Settings = found.Settings with { MaxModelBytes = limit } });
        script.Fold(script.First);
        return script;
    }

    /// <summary>The third member of each contract. Its edge answers at once, but for work, and for chunks if none are given.</summary>
    private sealed class Follower
    {
        private static readonly BlobManifest Manifest = BlobManifest.Of([.. Enumerable.Range(0, Large).Select(i => (byte)(i / 10))], 10);
        private readonly HashSet<(BlobId Blob, int Chunk)> disk = [];
        private static readonly SeededRandom Random = new(1);
        private readonly bool givesChunks;
        private readonly ContractScript[] contracts;
        private readonly List<Effect> asked = [];

        public Follower(bool givesChunks, params ContractScript[] contracts)
        {
            (this.givesChunks, this.contracts) = (givesChunks, contracts);
            var self = ContractScript.Member(2);
            State = NodeKernel.Create(new NodeIdentity(self, PlainCertifier.KeyOf(self)),
                [.. contracts.Select(script => new ContractReference(script.State.Contract, script.First.Id))], ContractScript.Certifier,
                new KernelOptions { ProgressFloorBytes = 1 });
            Give(new Started([], [], []));
        }

        public NodeState State { get; private set; }

        public Instant Now { get; private set; } = new(1_000_000_000);

        public IEnumerable<T> Asked<T>() => asked.OfType<T>();

        public void Pass(TimeSpan span) => Now += span;

        public void Give(Input input)
        {
            var queue = new Queue<Input>([input]);
            while (queue.TryDequeue(out var next))
            {
                var result = NodeKernel.Step(State, next, Now, Random);
                State = result.State;
                asked.AddRange(result.Effects);
                Assert.True(asked.Count < 2000, "it asks for the same again and again");
                foreach (var effect in result.Effects)
                    if (Answer(effect) is { } answer)
                        queue.Enqueue(answer);
            }
        }

        private Completion? Answer(Effect effect) => effect switch
        {
            ReadLedger read when Array.Find(contracts, script => script.State.Contract == read.Contract) is { Ledger: var ledger } =>
                new LedgerRead(read.Id, new LedgerPage(read.Contract, read.From, [.. ledger.Skip((int)read.From)], ledger.Count)),
            OpenBlob open when disk.Any(held => held.Blob == open.Blob) => new BlobOpened(open.Id, Manifest,
                [.. Enumerable.Range(0, Manifest.Chunks.Length).Select(chunk => disk.Contains((open.Blob, chunk)))]),
            OpenBlob open => new BlobOpened(open.Id, null, []),
            FetchManifest fetch => new ManifestArrived(fetch.Id, Manifest),
            FetchChunk fetch when givesChunks => Store(fetch),
            _ => null,
        };

        private ChunkArrived Store(FetchChunk fetch)
        {
            disk.Add((fetch.Blob, fetch.Chunk));
            return new ChunkArrived(fetch.Id);
        }
    }
}
