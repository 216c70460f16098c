using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Kernel;

namespace Starling.Core.Tests.Blobs;

public sealed class BlobTransfersTests
{
    private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

    [Fact]
    public void ItLooksOnDiskFirstAndAsksForWhatIsMissingOnly()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(4);
        var open = Assert.IsType<OpenBlob>(Assert.Single(bench.Want(manifest, "a")));
        var asked = bench.On(new BlobOpened(open.Id, manifest, [true, false, true, false]));
        Assert.Equal([1, 3], asked.Cast<FetchChunk>().Select(f => f.Chunk));
        Assert.Equal([4, 3], asked.Cast<FetchChunk>().Select(f => f.Length));
        Assert.Equal(manifest.Chunks[3], ((FetchChunk)asked[1]).Hash);
        Assert.Equal(8, bench.State.Blobs[manifest.Id].BytesHeld);
    }

    [Fact]
    public void ABlobThatIsWholeOnDiskArrivesAtOnce()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(2);
        var open = bench.Want(manifest).OfType<OpenBlob>().Single();
        Assert.Empty(bench.On(new BlobOpened(open.Id, manifest, [true, true])));
        Assert.Equal([new BlobArrived(TransferBench.Contract, manifest.Id, 7)], bench.Outcomes);
        Assert.Empty(bench.State.Blobs);
    }

    [Fact]
    public void ChunksOnTheirOwnAreAllThatIsAskedFor()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(6);
        var open = bench.WantChunks(manifest, [1, 4, 9], "a").OfType<OpenBlob>().Single();
        var asked = bench.On(new BlobOpened(open.Id, manifest, [false, true, false, false, false, false])).Cast<FetchChunk>().Single();
        Assert.Equal(4, asked.Chunk);
        bench.On(new ChunkArrived(asked.Id));
        Assert.Equal([1, 4, 9], Assert.IsType<BlobPartArrived>(Assert.Single(bench.Outcomes)).Chunks);
        Assert.Empty(bench.State.Blobs);
    }

    [Fact]
    public void ABlobOfWhichChunksWereWantedCanBeWantedWhole()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(3);
        var open = bench.WantChunks(manifest, [1], "a").OfType<OpenBlob>().Single();
        bench.On(new BlobOpened(open.Id, manifest, [false, false, false]));
        var again = bench.Want(manifest, "a");
        Assert.Single(again.OfType<Cancel>());
        var asked = bench.On(new BlobOpened(again.OfType<OpenBlob>().Single().Id, manifest, [false, true, false]));
        Assert.Equal([0, 2], asked.Cast<FetchChunk>().Select(f => f.Chunk));
        foreach (var fetch in asked.Cast<FetchChunk>())
            bench.On(new ChunkArrived(fetch.Id));
        Assert.Equal([new BlobArrived(TransferBench.Contract, manifest.Id, 11)], bench.Outcomes);
    }

    [Fact]
    public void TheManifestComesBeforeTheChunks()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(2);
        var open = bench.Want(manifest, "a", "b").OfType<OpenBlob>().Single();
        var fetch = Assert.IsType<FetchManifest>(Assert.Single(bench.On(new BlobOpened(open.Id, null, []))));
        Assert.Equal(1000, fetch.MaxBytes);
        var chunks = bench.On(new ManifestArrived(fetch.Id, manifest)).Cast<FetchChunk>().ToArray();
        Assert.Equal(2, chunks.Select(c => c.Peer).Distinct().Count());
        bench.On(new ChunkArrived(chunks[1].Id));
        Assert.Empty(bench.Outcomes);
        bench.On(new ChunkArrived(chunks[0].Id));
        Assert.Equal([new BlobArrived(TransferBench.Contract, manifest.Id, 7)], bench.Outcomes);
        Assert.Equal(Instant.Never, bench.WakeAt);
    }

    [Fact]
    public void APeerHasEightRequestsAtMostAndAllTogetherThirtyTwo()
    {
        var bench = new TransferBench(new BlobTransferOptions());
        Assert.Equal(8, bench.Start(TransferBench.Manifest(50, 1), "a").Length);
        Assert.Equal(24, bench.Start(TransferBench.Manifest(50, 2), "a", "b", "c", "d", "e", "f").Length);
        Assert.All(bench.State.Requests.Values.GroupBy(r => r.Peer), peer => Assert.InRange(peer.Count(), 1, 8));
    }

    [Fact]
    public void BlobsOfOneHolderTakeTurns()
    {
        var bench = new TransferBench(new BlobTransferOptions { MaxRequests = 2, MaxRequestsPerPeer = 2 });
        var manifests = Enumerable.Range(0, 5).Select(i => TransferBench.Manifest(20, i)).ToArray();
        foreach (var manifest in manifests)
            bench.Start(manifest, "a");
        for (var i = 0; i < 25; i++)
            bench.On(new ChunkArrived(bench.State.Requests.Keys.First()));
        Assert.All(manifests, m => Assert.InRange(bench.State.Blobs[m.Id].BytesHeld, 4 * 4, 6 * 4));
    }

    [Theory]
    [InlineData(FetchFailure.Unreachable, 200)]
    [InlineData(FetchFailure.NotHeld, 2)] // It may be a moment behind on the ledger.
    [InlineData(FetchFailure.Forbidden, 2)]
    public void APeerThatFailsRestsLongerEachTime(FetchFailure failure, int first)
    {
        var bench = new TransferBench();
        bench.Start(TransferBench.Manifest(1), "a");
        foreach (var times in Enumerable.Range(0, 11))
        {
            var milliseconds = Math.Min(first << times, 5000);
            Assert.Empty(bench.On(new FetchFailed(bench.UnderWay.Keys.Single(), failure)));
            Assert.Equal(bench.Now + TimeSpan.FromMilliseconds(milliseconds), bench.WakeAt);
            Assert.Empty(bench.After(TimeSpan.FromMilliseconds(milliseconds) - Millisecond));
            Assert.Single(bench.After(Millisecond));
        }
    }

    [Fact]
    public void FailuresAtOneTimeAreOneFailureAndASuccessEndsTheRow()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(8);
        bench.Start(manifest, "a");
        foreach (var operation in bench.UnderWay.Keys.ToArray())
            bench.On(new FetchFailed(operation, FetchFailure.Unreachable));
        Assert.Equal(1, bench.State.Blobs[manifest.Id].Holders[TransferBench.Peer("a")].Failures);
        Assert.Equal([0, 1, 2, 3], bench.After(TimeSpan.FromMilliseconds(200)).Cast<FetchChunk>().Select(f => f.Chunk));
        bench.On(new ChunkArrived(bench.UnderWay.Keys.First()));
        Assert.Equal(0, bench.State.Blobs[manifest.Id].Holders[TransferBench.Peer("a")].Failures);
    }

    [Fact]
    public void WhatIsCorruptIsAskedOfAnotherHolderAndCounted()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(1);
        var first = bench.Start(manifest, "a", "b").OfType<FetchChunk>().Single();
        var second = (FetchChunk)Assert.Single(bench.On(new FetchFailed(first.Id, FetchFailure.Corrupt)));
        Assert.NotEqual(first.Peer, second.Peer);
        Assert.Equal([new PeerSentCorrupt(TransferBench.Contract, manifest.Id, first.Peer, 1)], bench.Outcomes);
        bench.After(TimeSpan.FromSeconds(6));
        var third = (FetchChunk)Assert.Single(bench.On(new FetchFailed(second.Id, FetchFailure.NotHeld)));
        Assert.Equal(first.Peer, third.Peer);
    }

    [Fact]
    public void AStandingRequestGoesToAnotherHolderAfterTheStallLimit()
    {
        var bench = new TransferBench();
        bench.Start(TransferBench.Manifest(1), "a", "b");
        var first = bench.UnderWay.Values.OfType<FetchChunk>().Single();
        bench.Now += TimeSpan.FromSeconds(9);
        bench.On(new ChunkProgressed(first.Id, 1));
        Assert.Empty(bench.After(TimeSpan.FromSeconds(9.9)));
        var effects = bench.After(TimeSpan.FromSeconds(0.1));
        Assert.Equal(new Cancel(first.Id), effects[0]);
        Assert.NotEqual(first.Peer, ((FetchChunk)effects[1]).Peer);
        Assert.Empty(bench.On(new ChunkArrived(first.Id)));
        Assert.Empty(bench.Outcomes);
    }

    [Fact]
    public void ATricklingRequestGoesToAnotherHolderInTheEnd()
    {
        var bench = new TransferBench();
        bench.Start(TransferBench.Manifest(1), "a", "b");
        var first = bench.UnderWay.Values.OfType<FetchChunk>().Single();
        var effects = ImmutableArray<Effect>.Empty;
        for (var second = 5; second <= 60; second += 5)
        {
            Assert.Empty(effects);
            bench.Now += TimeSpan.FromSeconds(5);
            effects = bench.On(new ChunkProgressed(first.Id, 1));
        }

        Assert.Equal(new Cancel(first.Id), effects[0]);
    }

    [Fact]
    public void TheOnlyHolderIsAskedAgainWhenItIsSilentAndWaitedForWhenItIsSlow()
    {
        var bench = new TransferBench();
        bench.Start(TransferBench.Manifest(1), "a");
        var first = bench.UnderWay.Keys.Single();
        for (var i = 0; i < 20; i++)
        {
            bench.Now += TimeSpan.FromSeconds(25);
            Assert.Empty(bench.On(new ChunkProgressed(first, 1)));
        }

        Assert.Equal([new Cancel(first)], bench.After(TimeSpan.FromSeconds(30)));
        Assert.Single(bench.After(TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public void ABrokenConnectionMovesItsRequestsAndANewOneEndsTheRest()
    {
        var bench = new TransferBench();
        bench.Start(TransferBench.Manifest(6), "a", "b");
        var effects = bench.On(new PeerDown(TransferBench.Peer("a")));
        Assert.Equal(3, effects.OfType<Cancel>().Count());
        Assert.Equal(TransferBench.Peer("b"), Assert.Single(effects.OfType<FetchChunk>()).Peer);
        Assert.Equal(2, bench.On(new PeerUp(TransferBench.Peer("a"))).OfType<FetchChunk>().Count(f => f.Peer == TransferBench.Peer("a")));
    }

    [Fact]
    public void NewHoldersTakeOverFromThoseThatAreNoneAnyMore()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(2);
        bench.Start(manifest, "a");
        var effects = bench.Want(manifest, "b");
        Assert.Equal(2, effects.OfType<Cancel>().Count());
        Assert.All(effects.OfType<FetchChunk>(), f => Assert.Equal(TransferBench.Peer("b"), f.Peer));
        Assert.Equal(2, effects.OfType<FetchChunk>().Count());
    }

    [Fact]
    public void DroppingCancelsEverything()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(9);
        bench.Want(TransferBench.Manifest(1, 7), "a");
        bench.Start(manifest, "a", "b");
        Assert.Equal(8, bench.Drop(manifest.Id).OfType<Cancel>().Count());
        Assert.Single(bench.Drop(TransferBench.Manifest(1, 7).Id).OfType<Cancel>());
        Assert.Empty(bench.Drop(manifest.Id));
        Assert.Empty(bench.State.Blobs);
    }

    [Fact]
    public void ABlobAboveTheLimitIsGivenUp()
    {
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(3);
        var expected = new BlobTooLarge(TransferBench.Contract, manifest.Id);
        var open = bench.Want(manifest, 10, ["a"]).OfType<OpenBlob>().Single();
        bench.On(new BlobOpened(open.Id, manifest, [false, false, false]));
        Assert.Equal([expected], bench.Outcomes);
        open = bench.Want(manifest, 10, ["a"]).OfType<OpenBlob>().Single();
        var fetch = bench.On(new BlobOpened(open.Id, null, [])).OfType<FetchManifest>().Single();
        bench.On(new ManifestArrived(fetch.Id, manifest));
        open = bench.Want(manifest, 10, ["a"]).OfType<OpenBlob>().Single();
        fetch = bench.On(new BlobOpened(open.Id, null, [])).OfType<FetchManifest>().Single();
        bench.On(new FetchFailed(fetch.Id, FetchFailure.TooLarge));
        Assert.Equal([expected, expected, expected], bench.Outcomes);
        Assert.Empty(bench.State.Blobs);
    }

    [Fact]
    public void WithoutSpaceTheBlobRestsAndNotThePeer()
    {
        var bench = new TransferBench();
        var full = TransferBench.Manifest(5, 1);
        bench.Start(full, "a");
        foreach (var operation in bench.UnderWay.Keys.ToArray())
            Assert.Empty(bench.On(new FetchFailed(operation, FetchFailure.NoSpace)));
        Assert.Equal([new NoSpaceForBlob(TransferBench.Contract, full.Id)], bench.Outcomes);
        Assert.Equal(3, bench.Start(TransferBench.Manifest(3, 2), "a").Length);
        Assert.Single(bench.After(TimeSpan.FromMilliseconds(200)));
    }

    [Fact]
    public void AllMistakesInTheOptionsAreNamedAtOnce()
    {
        var options = new BlobTransferOptions
        {
            MaxRequests = 0,
            MaxRequestsPerPeer = 65,
            LeastBackOff = TimeSpan.Zero,
            MostBackOff = TimeSpan.FromHours(1),
            StallLimit = TimeSpan.Zero,
        };
        Assert.Equal(5, options.Errors().Length);
        Assert.Throws<ArgumentException>(() => BlobTransfers.Create(options));
    }
}
