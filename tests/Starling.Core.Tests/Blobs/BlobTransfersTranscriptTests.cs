using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text;
using Starling.Core.Blobs;
using Starling.Core.Kernel;

namespace Starling.Core.Tests.Blobs;

/// <summary>The golden transcript: two blobs, two holders, one corrupt chunk, one broken connection, one stalled request.</summary>
public sealed class BlobTransfersTranscriptTests
{
    [Fact]
    public void TheTranscriptIsTheOneOnFile()
    {
        var actual = Play();
        var file = Path.Combine(Root(), "testdata", "blob-transfer.txt");
        if (Environment.GetEnvironmentVariable("STARLING_WRITE_TRANSCRIPTS") == "1")
            File.WriteAllText(file, actual);
        Assert.Equal(File.ReadAllText(file), actual);
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));

    private static string Play()
    {
        var text = new StringBuilder("# Inputs of the blob transfers (>) and what follows. Written by BlobTransfersTranscriptTests.\n");
        var bench = new TransferBench();
        BlobManifest one = TransferBench.Manifest(5, 1), two = TransferBench.Manifest(2, 2);
        Note("want one of a, b", bench.Want(one, "a", "b"));
        Note("want two of b", bench.Want(two, "b"));
        Feed(new BlobOpened(new OperationId(1), one, [true, false, false, false, false]));
        Feed(new BlobOpened(new OperationId(2), null, []));
        Feed(new ManifestArrived(new OperationId(7), two));
        bench.Now += TimeSpan.FromMilliseconds(10);
        Feed(new ChunkArrived(new OperationId(3)));
        Feed(new FetchFailed(new OperationId(4), FetchFailure.Corrupt));
        bench.Now += TimeSpan.FromMilliseconds(10);
        Feed(new PeerDown(TransferBench.Peer("b")));
        bench.Now = bench.WakeAt;
        Feed(new Woke());
        while (bench.State.Blobs.ContainsKey(one.Id))
            Feed(new ChunkArrived(bench.State.Requests.Values.First(r => r.Blob == one.Id).Id));
        Note("two is held by a, too", bench.Want(two, "a", "b"));
        bench.Now += TimeSpan.FromSeconds(10);
        Feed(new Woke());
        while (bench.State.Blobs.Count > 0)
            Feed(new ChunkArrived(bench.State.Requests.Keys.First()));
        return text.ToString();

        void Feed(Input input) => Note(input switch
        {
            BlobOpened opened =>
                $"BlobOpened {opened.Operation} {(opened.Manifest is null ? "nothing" : string.Concat(opened.Chunks.Select(c => c ? 1 : 0)))}",
            ManifestArrived arrived => $"ManifestArrived {arrived.Operation}",
            FetchFailed failed => $"FetchFailed {failed.Operation} {failed.Failure}",
            Completion completion => $"{completion.GetType().Name} {completion.Operation}",
            PeerDown down => $"PeerDown {down.Peer.Name}",
            _ => input.GetType().Name,
        }, bench.On(input));

        void Note(string input, ImmutableArray<Effect> effects)
        {
            text.Append($"{bench.Now} > {input}\n");
            foreach (var effect in effects)
                text.Append($"    {Line(effect)}\n");
            foreach (var outcome in bench.Outcomes)
                text.Append($"    ! {outcome.GetType().Name} {Name(outcome.Blob)}\n");
            bench.Outcomes.Clear();
            text.Append($"    wake {(bench.WakeAt == Instant.Never ? "never" : bench.WakeAt)}\n");
        }

        string Name(Core.Identity.BlobId blob) => blob == one.Id ? "one" : "two";

        string Line(Effect effect) => effect switch
        {
            OpenBlob open => $"OpenBlob {open.Id} {Name(open.Blob)}",
            FetchManifest fetch => $"FetchManifest {fetch.Id} {Name(fetch.Blob)} of {fetch.Peer.Name}",
            FetchChunk fetch => $"FetchChunk {fetch.Id} {Name(fetch.Blob)}[{fetch.Chunk}] of {fetch.Peer.Name}",
            Cancel cancel => $"Cancel {cancel.Id}",
            _ => throw new InvalidOperationException($"The transfers do not ask for {effect}."),
        };
    }
}
