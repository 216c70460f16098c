using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Node.Computing;
using Starling.Node.Tests.Blobs;

namespace Starling.Node.Tests.Computing;

public sealed class ComputationExecutorTests : IDisposable
{
    private static readonly ModelSchema Schema = new(
        [new TensorSpec("a", 300, 300), new TensorSpec("b", 7), new TensorSpec("seen", ElementType.Bool, [3])]);

    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("mean")]
    [InlineData("coordmedian")]
    [InlineData("geomedian")]
    [InlineData("trimmedmean")]
    [InlineData("multikrum")]
    [InlineData("normbound(mean)")]
    public async Task AMergeOfBlobsHasTheBytesOfAMergeInMemory(string name)
    {
        var states = Enumerable.Range(1, 5).Select(State).ToArray();
        var inputs = new List<MergeInput>();
        foreach (var (state, i) in states.Select((s, i) => (s, i)))
            inputs.Add(new MergeInput(Node(i), await PutAsync(Safetensors.Write(state)), i + 1));
        var rule = MergeRules.Standard.Find(name)!;
        var expected = Safetensors.Write(Merger.Merge(rule, states.Select((s, i) => (s, i + 1L))).State!);
        foreach (var cores in (int[])[1, 4])
        {
            var computation = new MergeUpdates(name, [], [.. inputs]);
            var done = Assert.IsType<MergeDone>(await Executor(cores).RunAsync(computation, StoreFolder.Cancellation));
            Assert.Equal(StoreFolder.Manifest(expected).Id, done.Merge);
            using var reader = folder.Store.Read(done.Merge)!;
            var actual = new byte[reader.Length];
            reader.Read(0, actual);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public async Task ARuleThatLooksAtChangesIsGivenWhatTheUpdatesBeganFrom()
    {
        var states = Enumerable.Range(1, 3).Select(State).ToArray();
        var inputs = new List<MergeInput>();
        foreach (var (state, i) in states.Select((s, i) => (s, i)))
            inputs.Add(new MergeInput(Node(i), await PutAsync(Safetensors.Write(state)), 1));
        var rule = MergeRules.Standard.Find("normbound(mean)")!;
        var merged = new ModelState(Schema);
        Assert.Null(Merger.Merge(
            rule, MergeParameters.DefaultsOf(rule), MergeInputs.InOrder(states.Select(s => new WeightedModel(s, 1)), State(9)),
            IntegerPolicy.Keep, merged, SerialBlocks.Instance));
        var based = new MergeUpdates(rule.Name, [], [.. inputs], await PutAsync(Safetensors.Write(State(9))));
        var done = Assert.IsType<MergeDone>(await Executor(2).RunAsync(based, StoreFolder.Cancellation));
        Assert.Equal(StoreFolder.Manifest(Safetensors.Write(merged)).Id, done.Merge);
        Assert.NotEqual(done, await Executor(2).RunAsync(based with { Base = BlobId.None }, StoreFolder.Cancellation));
        var absent = based with { Base = StoreFolder.Manifest(new byte[3]).Id };
        Assert.Contains(
            "began from, is not here whole",
            Assert.IsType<ComputationFailed>(await Executor(2).RunAsync(absent, StoreFolder.Cancellation)).Reason,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhoMergesForItselfAloneKeepsItsOwnIntegers()
    {
        var states = Enumerable.Range(1, 3).Select(State).ToArray();
        states[2].Integers[0].Write(0, 1, 0, 1);
        var inputs = new List<MergeInput>();
        foreach (var (state, i) in states.Select((s, i) => (s, i)))
            inputs.Add(new MergeInput(Node(i), await PutAsync(Safetensors.Write(state)), 1));
        var merge = new MergeUpdates("mean", [], [.. inputs]);
        Assert.Equal((long[])[0, 1, 0], await IntegersAsync(merge));
        Assert.Equal((long[])[0, 1, 0], await IntegersAsync(merge with { Own = Node(0) }));
        Assert.Equal((long[])[1, 0, 1], await IntegersAsync(merge with { Own = Node(2) }));
        Assert.Equal((long[])[0, 1, 0], await IntegersAsync(merge with { Own = Node(3) }));
    }

    [Fact]
    public async Task ARightUpdateMayEnter() =>
        Assert.Null((await InspectAsync(Safetensors.Write(State(1)))).Fault);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public async Task AnUpdateThatIsNotFiniteMayNot(float value)
    {
        var state = State(1);
        state.Values[^1] = value;
        Assert.Equal(LeftOutReason.NotFinite, (await InspectAsync(Safetensors.Write(state))).Fault);
    }

    [Fact]
    public async Task WhatIsNoModelMayNot()
    {
        var bytes = Safetensors.Write(State(1));
        Assert.Equal(LeftOutReason.Unreadable, (await InspectAsync(bytes[..^1])).Fault);
        Assert.Equal(LeftOutReason.Unreadable, (await InspectAsync(bytes[..5])).Fault);
        var truth = bytes.ToArray();
        truth[^1] = 2;
        Assert.Equal(LeftOutReason.Unreadable, (await InspectAsync(truth)).Fault);
        var endless = new byte[100];
        endless.AsSpan(0, 8).Fill(0x7F);
        Assert.Equal(LeftOutReason.Unreadable, (await InspectAsync(endless)).Fault);
    }

    [Fact]
    public async Task AnotherSchemaMayNot()
    {
        var other = new ModelState(new ModelSchema([new TensorSpec("a", 200, 300)]));
        Assert.Equal(LeftOutReason.WrongSchema, (await InspectAsync(Safetensors.Write(other))).Fault);
    }

    [Fact]
    public async Task AnotherFormMayNot()
    {
        var bytes = Safetensors.Write(State(1));
        var start = (int)SafetensorsHeader.For(Schema).DataStart;
        byte[] padded = [.. bytes[..start], .. "        "u8, .. bytes[start..]];
        padded[0] += 8;
        Assert.InRange(padded[0], 8, 255);
        Assert.Equal(LeftOutReason.NotCanonical, (await InspectAsync(padded)).Fault);
    }

    [Fact]
    public async Task WhatCannotBeDoneIsSaidAndLeavesNothing()
    {
        var good = await PutAsync(Safetensors.Write(State(1)));
        var bad = State(2);
        bad.Values[40_000] = float.NaN;
        var notFinite = await PutAsync(Safetensors.Write(bad));
        var noModel = await PutAsync(new byte[50]);
        var absent = StoreFolder.Manifest(new byte[3]).Id;
        var before = folder.Files();
        Assert.Contains("is not here whole", await FailAsync("mean", good, absent), StringComparison.Ordinal);
        Assert.Contains("is no model", await FailAsync("mean", good, noModel), StringComparison.Ordinal);
        Assert.Contains("InputNotFinite in input 1 at element 40000", await FailAsync("mean", good, notFinite), StringComparison.Ordinal);
        Assert.Contains("known are", await FailAsync("best", good), StringComparison.Ordinal);
        Assert.Contains("at least 3 updates with its parameters, and there are 2", await FailAsync("krum", good, notFinite),
            StringComparison.Ordinal);
        Assert.Contains("1 to 2048", await FailAsync("mean"), StringComparison.Ordinal);
        var inspected = await Executor(1).RunAsync(new InspectUpdate(absent, Schema.Hash), StoreFolder.Cancellation);
        Assert.IsType<ComputationFailed>(inspected);
        Assert.Equal(before, folder.Files());
    }

    [Fact]
    public async Task AMergeWithoutRoomFailsAndLeavesNothing()
    {
        var bytes = Safetensors.Write(State(1));
        using var small = new StoreFolder(quota: bytes.Length + 10);
        var id = await small.ArriveAsync(bytes);
        var computation = new MergeUpdates("mean", [], [new MergeInput(Node(0), id, 1)]);
        var result = await new ComputationExecutor(small.Store, MergeRules.Standard, 2).RunAsync(computation, StoreFolder.Cancellation);
        Assert.Contains("quota", Assert.IsType<ComputationFailed>(result).Reason, StringComparison.Ordinal);
        Assert.Equal(2, small.Files().Length);
    }

    [Fact]
    public async Task ACancelledMergeLeavesNothing()
    {
        var id = await PutAsync(Safetensors.Write(State(1)));
        var before = folder.Files();
        using var source = new CancellationTokenSource();
        var rules = new MergeRules([new CancellingRule(source)]);
        var computation = new MergeUpdates("cancelling", [], [new MergeInput(Node(0), id, 1)]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new ComputationExecutor(folder.Store, rules, 2).RunAsync(computation, source.Token));
        Assert.Equal(before, folder.Files());
        Assert.NotNull(folder.Store.Manifest(id));
    }

    private static NodeId Node(int index) => NodeId.Create("test", "org", $"n{index}");

    private static ModelState State(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var state = new ModelState(Schema);
        for (var i = 0; i < state.Values.Length; i++)
            state.Values[i] = (float)random.NextNormal();
        state.Integers[0].Write(1, 1);
        return state;
    }

    private ComputationExecutor Executor(int cores) => new(folder.Store, MergeRules.Standard, cores);

    private async Task<BlobId> PutAsync(byte[] bytes)
    {
        using var writer = folder.Store.Create(StoreFolder.Contract, bytes.Length);
        writer.Append(bytes);
        return await writer.CompleteAsync();
    }

    private async Task<long[]> IntegersAsync(MergeUpdates merge)
    {
        var done = Assert.IsType<MergeDone>(await Executor(1).RunAsync(merge, StoreFolder.Cancellation));
        using var reader = folder.Store.Read(done.Merge)!;
        var bytes = new byte[reader.Length];
        reader.Read(0, bytes);
        return Safetensors.Read(bytes).State!.Integers[0].ToArray();
    }

    private async Task<Inspected> InspectAsync(byte[] update) => Assert.IsType<Inspected>(
        await Executor(2).RunAsync(new InspectUpdate(await PutAsync(update), Schema.Hash), StoreFolder.Cancellation));

    private async Task<string> FailAsync(string rule, params BlobId[] blobs)
    {
        var inputs = blobs.Select((blob, i) => new MergeInput(Node(i), blob, 1)).ToImmutableArray();
        return Assert.IsType<ComputationFailed>(
            await Executor(2).RunAsync(new MergeUpdates(rule, [], inputs), StoreFolder.Cancellation)).Reason;
    }

    /// <summary>Asks for its own end when it begins.</summary>
    private sealed class CancellingRule(CancellationTokenSource source) : IMergeRule
    {
        private readonly MeanRule mean = new();

        public string Name => "cancelling";

        public string Summary => mean.Summary;

        public ImmutableArray<MergeParameter> Parameters => mean.Parameters;

        public bool IsCoordinatewise => mean.IsCoordinatewise;

        public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault)
        {
            source.Cancel();
            return mean.Prepare(inputs, parameters, scheduler, out fault);
        }
    }
}
