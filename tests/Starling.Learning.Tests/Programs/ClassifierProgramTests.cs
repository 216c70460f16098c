using Starling.Core.Kernel;
using Starling.Core.Tests;
using Starling.Learning.Data;
using Starling.Learning.Optimisers;
using Starling.Learning.Programs;

namespace Starling.Learning.Tests.Programs;

public sealed class ClassifierProgramTests
{
    private static readonly HoldOut Digits = HoldOut.Draw(DigitsData.Load(), 0.2, new SeededRandom(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ProgramKind.Softmax, OptimiserKind.Sgd, 0.1, 0.94)]
    [InlineData(ProgramKind.Softmax, OptimiserKind.Adam, 0.01, 0.94)]
    [InlineData(ProgramKind.Mlp, OptimiserKind.Sgd, 0.1, 0.95)]
    [InlineData(ProgramKind.Mlp, OptimiserKind.Adam, 0.003, 0.95)]
    [InlineData(ProgramKind.Cnn, OptimiserKind.Sgd, 0.05, 0.96)]
    [InlineData(ProgramKind.Cnn, OptimiserKind.Adam, 0.003, 0.96)]
    public void EachModelWithEachOptimiserLearnsTheDigits(ProgramKind kind, OptimiserKind optimiser, double rate, double accuracy)
    {
        var program = Program(new ProgramSettings
        {
            Kind = kind,
            Hidden = kind == ProgramKind.Mlp ? [48, 24] : [],
            Channels = kind == ProgramKind.Cnn ? [8, 16] : [],
            Optimiser = optimiser,
            LearningRate = rate,
            Momentum = 0.5,
        });
        var untrained = program.Evaluate(program.Initialise());
        Assert.True(untrained.Accuracy < 0.4);
        var result = program.Train(program.Initialise(), 1, 900, Cancellation);
        var evaluation = program.Evaluate(result.State);
        Assert.True(evaluation.Accuracy > accuracy, $"{evaluation}");
        Assert.True(evaluation.Auc > 0.99 && evaluation.F1 > accuracy - 0.02 && evaluation.Loss < 0.35, $"{evaluation}");
        Assert.Equal(Digits.Test.Rows, evaluation.Examples);
        Assert.Equal(900 * 32, result.Training.Examples);
        Assert.InRange(result.Training.Accuracy, 0.8, 1);
    }

    [Theory]
    [InlineData(ProgramKind.Mlp)]
    [InlineData(ProgramKind.Cnn)]
    public void ARestartedNodeTrainsARoundTheSameWay(ProgramKind kind)
    {
        var settings = new ProgramSettings { Kind = kind, Hidden = [16], Channels = [4] };
        var program = Program(settings);
        var start = program.Initialise();
        var before = start.Clone();
        _ = program.Train(start, 1, 3, Cancellation);
        var again = program.Train(start, 2, 5, Cancellation).State;
        Assert.Equal(before.Values, start.Values);
        Assert.Equal(again.Values, Program(settings).Train(start, 2, 5, Cancellation).State.Values);
        Assert.NotEqual(again.Values, Program(settings).Train(start, 3, 5, Cancellation).State.Values);
        Assert.NotEqual(again.Values, Program(settings, node: 1).Train(start, 2, 5, Cancellation).State.Values);
        Assert.Equal(start.Values, Program(settings, node: 1).Initialise().Values);
    }

    [Theory]
    [InlineData(ProgramKind.Mlp)]
    [InlineData(ProgramKind.Cnn)]
    public void ABatchAllocatesNothing(ProgramKind kind)
    {
        var program = Program(new ProgramSettings { Kind = kind, Hidden = [16], Channels = [4] });
        var start = program.Initialise();
        program.Train(start, 1, 2, Cancellation);
        Assert.Equal(Allocated(1), Allocated(40));

        long Allocated(int batches) => AllocatedBytes.Of(() => program.Train(start, 1, batches, Cancellation));
    }

    [Fact]
    public void PaddingChangesNothingThatIsTrained()
    {
        var plain = Program(new ProgramSettings { Kind = ProgramKind.Softmax });
        var padded = Program(new ProgramSettings { Kind = ProgramKind.Softmax, PaddingBytes = 4001 });
        Assert.Equal(plain.Schema.FloatCount + 1001, padded.Schema.FloatCount);
        var (a, b) = (plain.Train(plain.Initialise(), 1, 9, Cancellation), padded.Train(padded.Initialise(), 1, 9, Cancellation));
        Assert.Equal(a.State.Values, b.State.Values[..a.State.Values.Length]);
        Assert.All(b.State.Tensor(Padding.TensorName).ToArray(), value => Assert.Equal(0, value));
        Assert.Equal(plain.Evaluate(a.State), padded.Evaluate(b.State));
    }

    [Fact]
    public void FewerRowsThanABatchAreEnough()
    {
        var program = new ClassifierProgram(
            new ProgramSettings { Kind = ProgramKind.Softmax }, 1, 0, Digits.Train.Select([0, 1, 2]), Digits.Test);
        var result = program.Train(program.Initialise(), 1, 50, Cancellation);
        Assert.Equal(150, result.Training.Examples);
        Assert.True(result.Training.Loss < program.Evaluate(program.Initialise()).Loss);
    }

    [Fact]
    public void ABatchOfImagesThatNoMemoryHoldsIsRefused()
    {
        var settings = new ProgramSettings { Kind = ProgramKind.Cnn, Channels = [256, 1], Batch = 1_438 };
        var images = new DataSet("images", 64 * 64, new float[64 * 64 * 1_025], new int[1_025], ["a", "b"]);
        var refusal = Assert.Throws<DataException>(() => new ClassifierProgram(settings, 1, 0, images, images));
        Assert.Contains("lower program.batch or program.channels", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CancellationStopsBetweenBatches()
    {
        var program = Program(new ProgramSettings { Kind = ProgramKind.Softmax });
        Assert.Throws<OperationCanceledException>(() => program.Train(program.Initialise(), 1, 1, new CancellationToken(true)));
    }

    [Fact]
    public void AForeignSchemaIsRefused()
    {
        var program = Program(new ProgramSettings { Kind = ProgramKind.Softmax });
        var other = Program(new ProgramSettings { Kind = ProgramKind.Mlp, Hidden = [4] }).Initialise();
        Assert.Throws<ArgumentException>(() => program.Train(other, 1, 1, Cancellation));
        Assert.Throws<ArgumentException>(() => program.Evaluate(other));
    }

    private static ClassifierProgram Program(ProgramSettings settings, int node = 0) => new(settings, 7, node, Digits.Train, Digits.Test);
}
