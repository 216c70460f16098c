using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Node.Computing;
using Starling.Node.Tests.Blobs;

namespace Starling.Node.Tests.Computing;

/// <summary>Sampled audits on a real store, of whose updates only some chunks are here.</summary>
public sealed class MergeAuditorTests : IDisposable
{
    private static readonly int[] Chunks = [0, 3, 11];
    private static readonly ModelSchema Schema = new([new TensorSpec("a", 100, 120), new TensorSpec("b", 7)]);
    private readonly StoreFolder folder = new();
    private readonly ModelState[] states = [.. Enumerable.Range(1, 3).Select(State)];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task TheRightMergeAgrees() => Assert.True(Agrees(await AuditAsync(Right())));

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, false)]
    [InlineData(11, false)]
    [InlineData(5, true)]
    public async Task AWrongMergeIsSeenInTheChunksThatWereDrawn(int wrongChunk, bool agrees)
    {
        var merge = Right();
        merge[(wrongChunk * StoreFolder.ChunkBytes) + 2000] ^= 1;
        Assert.Equal(agrees, Agrees(await AuditAsync(merge)));
    }

    [Fact]
    public async Task AMergeThatIsNoFiniteModelOfTheSchemaIsSeenWhereverItIsWrong()
    {
        var infinite = Merged();
        infinite.Values[^1] = float.PositiveInfinity;
        Assert.False(Agrees(await AuditAsync(Safetensors.Write(infinite))));
        Assert.False(Agrees(await AuditAsync(Safetensors.Write(new ModelState(new ModelSchema([new TensorSpec("a", 100, 120)]))))));
        Assert.False(Agrees(await AuditAsync(new byte[Right().Length])));
    }

    [Fact]
    public async Task AnUpdateOfAnotherLengthDoesNotAgree() =>
        Assert.False(Agrees(await AuditAsync(Right(), update: [.. Safetensors.Write(states[2]), 0, 0, 0, 0])));

    [Fact]
    public async Task WhatIsNotHereIsSaid()
    {
        var lacking = Assert.IsType<ComputationFailed>(await AuditAsync(Right(), arrived: [0, 3]));
        Assert.Contains("are not here", lacking.Reason, StringComparison.Ordinal);
        var absent = new AuditMerge("mean", [], Schema.Hash, [], StoreFolder.Manifest(new byte[3]).Id, [0]);
        Assert.IsType<ComputationFailed>(await RunAsync(absent));
        Assert.IsType<ComputationFailed>(await RunAsync(absent with { Rule = "best" }));
    }

    [Fact]
    public async Task AnUpdateWithAnotherHeaderThanTheCanonicalMayNotEnter()
    {
        var bytes = Safetensors.Write(states[0]);
        var end = bytes.AsSpan(0, (int)SafetensorsHeader.For(Schema).DataStart).LastIndexOf((byte)'}');
        var padded = new byte[bytes.Length + 8];
        bytes.AsSpan(0, end + 1).CopyTo(padded);
        padded.AsSpan(end + 1, 8).Fill((byte)' ');
        bytes.AsSpan(end + 1).CopyTo(padded.AsSpan(end + 9));
        padded[0] += 8;
        var blob = await folder.ArriveAsync(padded);
        Assert.Equal(new Inspected(LeftOutReason.NotCanonical), await RunAsync(new InspectUpdate(blob, Schema.Hash)));
    }

    private static bool Agrees(ComputationResult result) => Assert.IsType<MergeAudited>(result).Agrees;

    private static ModelState State(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var state = new ModelState(Schema);
        for (var i = 0; i < state.Values.Length; i++)
            state.Values[i] = (float)random.NextNormal();
        return state;
    }

    private ModelState Merged() => Merger.Merge(MergeRules.Standard.Find("mean")!, states.Select((s, i) => (s, i + 1L))).State!;

    private byte[] Right() => Safetensors.Write(Merged());

    private async Task<ComputationResult> AuditAsync(byte[] merge, byte[]? update = null, int[]? arrived = null)
    {
        var inputs = new List<MergeInput>();
        for (var i = 0; i < states.Length; i++)
            inputs.Add(new MergeInput(NodeId.Create("test", "org", $"n{i}"),
                await folder.ArriveAsync(i == 2 && update is not null ? update : Safetensors.Write(states[i]), arrived ?? Chunks), i + 1));
        return await RunAsync(new AuditMerge("mean", [], Schema.Hash, [.. inputs], await folder.ArriveAsync(merge), [.. Chunks]));
    }

    private Task<ComputationResult> RunAsync(Computation computation) =>
        new ComputationExecutor(folder.Store, MergeRules.Standard, 2).RunAsync(computation, StoreFolder.Cancellation);
}
