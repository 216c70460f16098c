using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Programs;

namespace Starling.Learning.Tests.Programs;

public sealed class ClassifierModelTests
{
    private static readonly DataSet Rows = new("rows", 2, [0, 1, 1, 0, 1, 1], [0, 1, 2], ["a", "b", "c"]);

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void AModelIsRecognisedByItsTensors(int padding)
    {
        var program = new ClassifierProgram(
            new ProgramSettings { Kind = ProgramKind.Mlp, Hidden = [4, 6], PaddingBytes = padding }, 1, 0, Rows, Rows);
        var model = ClassifierModel.Recognise(program.Schema);
        Assert.NotNull(model);
        Assert.Equal((2, 3), (model.Columns, model.Classes));
        var state = program.Train(program.Initialise(), 1, 20, TestContext.Current.CancellationToken).State;
        Assert.Equal(program.Evaluate(state), model.Evaluate(state, Rows));
        var probabilities = model.Predict(state, Rows);
        Assert.All(Enumerable.Range(0, 3), row => Assert.Equal(1, probabilities.Skip(row * 3).Take(3).Sum(), 1e-5));
    }

    [Fact]
    public void OtherTensorsAreNot()
    {
        Assert.Null(ClassifierModel.Recognise(new ModelSchema([new TensorSpec("weights", 3, 4)])));
        Assert.Null(ClassifierModel.Recognise(new ModelSchema([new TensorSpec("layer01.weight", 3, 4)])));
        Assert.Null(ClassifierModel.Recognise(new ModelSchema([new TensorSpec("layer01.weight", 3), new TensorSpec("layer01.bias", 4)])));
        Assert.Null(ClassifierModel.Recognise(new ModelSchema([new TensorSpec("layer01.weight", 3, 4), new TensorSpec("layer01.bias", 5)])));
        Assert.Null(ClassifierModel.Recognise(new ModelSchema([new TensorSpec("layer01.weight", 3, 4), new TensorSpec("layer01.bias", 4), new TensorSpec("x", 1)])));
    }

    [Fact]
    public void RowsOfAnotherShapeAreRefused()
    {
        var program = new ClassifierProgram(new ProgramSettings { Kind = ProgramKind.Softmax }, 1, 0, Rows, Rows);
        var model = ClassifierModel.Recognise(program.Schema)!;
        Assert.Throws<ArgumentException>(() => model.Predict(program.Initialise(), new DataSet("x", 3, [1, 2, 3], [0], ["a", "b", "c"])));
        Assert.Throws<ArgumentException>(() => model.Evaluate(program.Initialise(), new DataSet("x", 2, [1, 2], [0], ["a"])));
    }
}
