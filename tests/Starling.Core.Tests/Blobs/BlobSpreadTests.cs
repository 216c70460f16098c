using Starling.Core.Blobs;
using Starling.Core.Kernel;

namespace Starling.Core.Tests.Blobs;

public sealed class BlobSpreadTests
{
    private static readonly TimeSpan ChunkTime = TimeSpan.FromMilliseconds(10);

    [Theory]
    [InlineData(16, 40)]
    [InlineData(16, 100)]
    [InlineData(9, 39)]
    [InlineData(2, 4)]
    public void TheSourceSendsLittleMoreThanOneBlobAndAllHaveItSooner(int members, int chunks)
    {
        var (spread, plain) = (new SpreadNetwork(members, chunks, ChunkTime), new SpreadNetwork(members, chunks, ChunkTime));
        var (together, alone) = (spread.Run(spread: true), plain.Run(spread: false));
        Assert.Equal(members * chunks, plain.Sent[plain.Source]);
        Assert.InRange(spread.Sent[spread.Source], chunks, chunks * 1.25);
        Assert.True(together < alone * (members > 2 ? 0.5 : 1), $"{together} is not sooner than {alone}.");
    }

    [Fact]
    public void ManyMembersAreTakenInGroups()
    {
        var network = new SpreadNetwork(70, 70, ChunkTime);
        network.Run(spread: true);
        Assert.InRange(network.Sent[network.Source], 3 * 70, 3 * 70 * 1.25); // groups of 32, 32 and 6
    }

    [Fact]
    public void TheShareOfAMemberThatIsGoneComesFromTheSource()
    {
        var network = new SpreadNetwork(8, 80, ChunkTime);
        network.Kill(network.Members[3]);
        network.Run(spread: true);
        Assert.InRange(network.Sent[network.Source], 70 + (7 * 10), (70 + (7 * 10)) * 1.25);
    }

    [Fact]
    public void TheShareOfAMemberThatFetchesNothingComesFromTheSourceWhenNothingElseMoves()
    {
        var network = new SpreadNetwork(8, 80, ChunkTime);
        network.Hold(network.Members[3]);
        Assert.InRange(network.Run(spread: true), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6));
        Assert.InRange(network.Sent[network.Source], 70 + (7 * 10), 2 * (70 + (7 * 10)));
    }

    [Fact]
    public void WhoHasItWholeByNowIsAskedBeforeTheSource()
    {
        var (source, a, b) = (TransferBench.Peer("source"), TransferBench.Peer("a"), TransferBench.Peer("b"));
        var bench = new TransferBench();
        var manifest = TransferBench.Manifest(8);
        var open = bench.Want(manifest, BlobSpread.For(source, [a, b], a, [source])).OfType<OpenBlob>().Single();
        var asked = bench.On(new BlobOpened(open.Id, manifest, [.. new bool[8]])).OfType<FetchChunk>().ToList();
        Assert.Equal([0, 2, 4, 6], asked.Where(f => f.Peer == source).Select(f => f.Chunk));
        Assert.Equal([1, 3, 5, 7], asked.Where(f => f.Peer == b).Select(f => f.Chunk));

        // b has nothing yet, so it rests; as soon as it has voted, it is asked again.
        foreach (var fetch in asked.Where(f => f.Peer == b))
            Assert.Empty(bench.On(new FetchFailed(fetch.Id, FetchFailure.NotHeld)).OfType<FetchChunk>());
        var again = bench.Want(manifest, BlobSpread.For(source, [a, b], a, [source, b])).OfType<FetchChunk>();
        Assert.Equal([1, 3, 5, 7], again.Where(f => f.Peer == b).Select(f => f.Chunk));
    }

    [Fact]
    public void AFewChunksComeFromWhoHasThem()
    {
        var network = new SpreadNetwork(6, BlobSpread.LeastChunks - 1, ChunkTime);
        network.Run(spread: true);
        Assert.Equal(6 * (BlobSpread.LeastChunks - 1), network.Sent[network.Source]);
    }
}
