using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

/// <summary>Pieces of a merge against pieces of its updates.</summary>
public sealed class MergeSampleTests
{
    private const int ChunkBytes = 128;
    private static readonly ModelSchema Schema =
        new([new TensorSpec("a", 50, 3), new TensorSpec("half", ElementType.F16, [102]), new TensorSpec("n", ElementType.I32, [9])]);
    private readonly ModelState[] updates = [.. Enumerable.Range(1, 3).Select(Update)];

    [Theory]
    [InlineData("mean")]
    [InlineData("coordmedian")]
    public void EveryChunkOfTheRightMergeAgrees(string rule)
    {
        var merge = Merge(rule);
        for (var chunk = 0; chunk * ChunkBytes < merge.Length; chunk++)
            Assert.True(Agrees(rule, merge, [.. updates.Select(Safetensors.Write)], chunk), $"chunk {chunk}");
    }

    [Fact]
    public void AByteThatIsWrongIsSeenInItsChunkAlone()
    {
        var right = Merge("mean");
        for (var at = 0; at < right.Length; at += 7)
        {
            var wrong = right.ToArray();
            wrong[at] ^= 1;
            if (SafetensorsHeader.Read(wrong, wrong.Length).Header is not { } header || header.Schema.Hash != Schema.Hash)
                continue; // No model of the schema: refused before anything is compared.
            for (var chunk = 0; chunk * ChunkBytes < right.Length; chunk++)
                Assert.Equal(at / ChunkBytes != chunk && at >= header.DataStart,
                    Agrees("mean", wrong, [.. updates.Select(Safetensors.Write)], chunk));
        }
    }

    [Fact]
    public void AnUpdateWithANaNInTheChunkDoesNotAgree()
    {
        var merge = Merge("mean");
        updates[1].Values[0] = float.NaN;
        var chunk = (int)SafetensorsHeader.For(Schema).DataStart / ChunkBytes;
        Assert.False(Agrees("mean", merge, [.. updates.Select(Safetensors.Write)], chunk));
    }

    [Fact]
    public void AnUpdateWithAnotherHeaderDoesNotAgree()
    {
        var files = updates.Select(Safetensors.Write).ToArray();
        files[2][20] ^= 1;
        Assert.False(Agrees("mean", Merge("mean"), files, 0));
    }

    [Fact]
    public void ARuleThatNeedsWholeStatesCannotBeSampled() =>
        Assert.Throws<ArgumentException>(() => Agrees("geomedian", Merge("geomedian"), [.. updates.Select(Safetensors.Write)], 0));

    private static ModelState Update(int seed)
    {
        var state = new ModelState(Schema);
        for (var i = 0; i < state.Values.Length; i++)
            state.Values[i] = (float)Math.Round(Math.Sin((seed * 100) + i), 2);
        for (var i = 0; i < 9; i++)
            state.Integers[0].Write(i, (seed * 10) + i);
        return Safetensors.Read(Safetensors.Write(state)).State!;
    }

    private byte[] Merge(string rule) =>
        Safetensors.Write(Merger.Merge(MergeRules.Standard.Find(rule)!, updates.Select((u, i) => (u, i + 1L))).State!);

    private static bool Agrees(string name, byte[] merge, byte[][] files, int chunk)
    {
        var rule = MergeRules.Standard.Find(name)!;
        var header = SafetensorsHeader.Read(merge, merge.Length).Header!;
        return MergeSample.Agrees(rule, MergeParameters.DefaultsOf(rule), header,
            [.. files.Select((file, i) => ((IByteSource)new Bytes(file), i + 1L))], new Bytes(merge),
            [new ByteRange(chunk * ChunkBytes, Math.Min(ChunkBytes, merge.Length - (chunk * ChunkBytes)))]);
    }

    private sealed class Bytes(byte[] bytes) : IByteSource
    {
        public void Read(long position, Span<byte> destination) => bytes.AsSpan((int)position, destination.Length).CopyTo(destination);
    }
}
