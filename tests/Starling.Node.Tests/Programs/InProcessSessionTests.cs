using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Learning.Programs;
using Starling.Node.Blobs;
using Starling.Node.Events;
using Starling.Node.Programs;

namespace Starling.Node.Tests.Programs;

public sealed class InProcessSessionTests : IDisposable
{
    private static readonly ContractId Contract = ContractId.Parse("trial");
    private readonly string folder = Directory.CreateTempSubdirectory("starling-session-").FullName;
    private readonly BlobStore blobs;
    private readonly ModelStore models;
    private readonly List<NodeEvent> events = [];

    public InProcessSessionTests()
    {
        blobs = new BlobStore(folder, new BlobStoreOptions { ChunkBytes = 1000 }, TimeProvider.System);
        models = new ModelStore(blobs);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        blobs.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Training_that_diverges_is_told_in_words_and_nothing_is_handed_over()
    {
        var session = new InProcessSession(() => new DivergingProgram(Program()), models);
        var fault = await Assert.ThrowsAsync<ProgramException>(
            () => session.CarryOutAsync(new Assignment(Contract, 7, BlobId.None, 20, Done: 0, Last: false), events.Add, Cancellation));
        Assert.StartsWith("training diverged in round 7: weights are no longer finite; lower program.learningRate", fault.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain(events, e => e is ProgramTrained);
    }

    [Fact]
    public async Task It_measures_the_base_trains_and_hands_over_what_training_alone_gives()
    {
        var session = new InProcessSession(Program, models);
        var update =
            await session.CarryOutAsync(new Assignment(Contract, 1, BlobId.None, 20, Done: 0, Last: false), events.Add, Cancellation);
        var alone = Program();
        var expected = alone.Train(alone.Initialise(), 1, 20, Cancellation).State;
        Assert.Equal(expected.Values, models.Load(update!.Update, alone.Schema, Cancellation).Values);
        var measured = alone.Evaluate(expected);
        Assert.Equal((alone.Examples, measured.Loss, measured.Accuracy), (update.Weight, update.Metrics.Loss, update.Metrics.Accuracy));
        Assert.Equal(Safetensors.Write(expected).Length, update.Bytes);
        Assert.Equal(
            [typeof(ModelEvaluated), typeof(TrainingStarted), typeof(ProgramTrained), typeof(ModelEvaluated)],
            events.Select(e => e.GetType()));
        Assert.Equal((ModelKind.Initial, 0L), Kind(0));
        Assert.Equal((ModelKind.Local, 1L), Kind(3));

        events.Clear();
        var next =
            await session.CarryOutAsync(new Assignment(Contract, 2, update.Update, 20, Done: 0, Last: false), events.Add, Cancellation);
        Assert.Equal(alone.Train(expected, 2, 20, Cancellation).State.Values, models.Load(next!.Update, alone.Schema, Cancellation).Values);
        Assert.Equal((ModelKind.Merged, 1L), Kind(0));

        events.Clear();
        await session.CarryOutAsync(new Assignment(Contract, 2, update.Update, 20, Done: 0, Last: false), events.Add, Cancellation);
        Assert.IsType<TrainingStarted>(events[0]);

        events.Clear();
        Assert.Null(
            await session.CarryOutAsync(new Assignment(Contract, 3, next.Update, 0, Done: 0, Last: true), events.Add, Cancellation));
        Assert.Equal((ModelKind.Final, 2L), Kind(0));
        Assert.Equal(2, Assert.IsType<ProgramFinished>(events[1]).Rounds);

        (ModelKind, long) Kind(int at) => events[at] is ModelEvaluated e ? (e.Kind, e.Round) : default;
    }

    [Fact]
    public async Task A_base_that_is_missing_or_no_such_model_is_told()
    {
        var session = new InProcessSession(Program, models);
        var missing = new BlobId(Digest.Of("missing"u8));
        var fault = await Assert.ThrowsAsync<ProgramException>(
            () => session.CarryOutAsync(new Assignment(Contract, 2, missing, 20, Done: 0, Last: false), events.Add, Cancellation));
        Assert.Contains("is not on this node's disk", fault.Message, StringComparison.Ordinal);

        var other = models.Store(Contract, new ModelState(new ModelSchema([new TensorSpec("other", 3)])), Cancellation);
        fault = await Assert.ThrowsAsync<ProgramException>(
            () => session.CarryOutAsync(new Assignment(Contract, 2, other.Blob, 20, Done: 0, Last: false), events.Add, Cancellation));
        Assert.Contains("other tensors", fault.Message, StringComparison.Ordinal);

        using var writer = blobs.Create(Contract, 5);
        writer.Append("hello"u8);
        var text = await writer.CompleteAsync();
        fault = await Assert.ThrowsAsync<ProgramException>(
            () => session.CarryOutAsync(new Assignment(Contract, 2, text, 20, Done: 0, Last: false), events.Add, Cancellation));
        Assert.Contains("is no model", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_come_back_with_the_floats()
    {
        var schema = new ModelSchema(
            [new TensorSpec("a", 2500), new TensorSpec("b", ElementType.I64, [3]), new TensorSpec("c", ElementType.F16, [2])]);
        var state = new ModelState(schema);
        for (var i = 0; i < state.Values.Length; i++)
            state.Values[i] = i % 1000;
        state.Integers[0].Write(1, -7);
        var stored = models.Store(Contract, state, Cancellation);
        var loaded = models.Load(stored.Blob, schema, Cancellation);
        Assert.Equal(state.Values, loaded.Values);
        Assert.Equal(state.Integers[0].ToArray(), loaded.Integers[0].ToArray());
        Assert.Equal(stored.Blob, Core.Blobs.BlobManifest.Of(Safetensors.Write(state), 1000).Id);
    }

    private static SyntheticProgram Program() => new(seed: 3, node: 0, sources: [0], parameters: 16, padding: 4000);

    private sealed class DivergingProgram(ITrainingProgram program) : ITrainingProgram
    {
        public ModelSchema Schema => program.Schema;

        public long Examples => program.Examples;

        public long BatchesPerEpoch => program.BatchesPerEpoch;

        public ModelState Initialise() => program.Initialise();

        public LocalResult Train(ModelState start, long round, int batches, CancellationToken cancellation)
        {
            var result = program.Train(start, round, batches, cancellation);
            result.State.Values[^1] = float.NaN;
            return result;
        }

        public Evaluation Evaluate(ModelState state) => program.Evaluate(state);
    }
}
