using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Networks;
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

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void AConvolutionalModelTellsItsImages(int padding)
    {
        var images = new DataSet("images", 32, [.. Enumerable.Range(0, 96).Select(i => i % 7 / 7f)], [0, 1, 2], ["a", "b", "c"]);
        var program = new ClassifierProgram(
            new ProgramSettings
            {
                Kind = ProgramKind.Cnn,
                Image = new ImageShape(4, 8),
                Channels = [3, 5],
                Hidden = [6],
                PaddingBytes = padding
            }, 1, 0, images, images);
        Assert.Equal(
            ["layer01.bias", "layer01.kernel", "layer02.bias", "layer02.kernel", "layer03.bias", "layer03.weight", "layer04.bias",
                "layer04.weight"],
            program.Schema.Tensors.Select(tensor => tensor.Name).Where(name => name != Padding.TensorName));
        Assert.Equal([3, 3, 3, 5], program.Schema.Tensors[3].Shape);
        Assert.Equal([1, 2, 5, 6], program.Schema.Tensors[5].Shape);
        var model = ClassifierModel.Recognise(program.Schema);
        Assert.NotNull(model);
        Assert.Equal((32, 3), (model.Columns, model.Classes));
        var state = program.Train(program.Initialise(), 1, 20, TestContext.Current.CancellationToken).State;
        Assert.Equal(program.Evaluate(state), model.Evaluate(state, images));
    }

    [Fact]
    public void OtherConvolutionsAreNot()
    {
        Assert.NotNull(Recognise([4], [3, 3, 1, 4], [2, 2, 4, 3]));
        Assert.Null(Recognise([4], [3, 3, 2, 4], [2, 2, 4, 3]));
        Assert.Null(Recognise([4], [5, 5, 1, 4], [2, 2, 4, 3]));
        Assert.Null(Recognise([4], [3, 3, 1, 4], [2, 2, 5, 3]));
        Assert.Null(Recognise([5], [3, 3, 1, 4], [2, 2, 4, 3]));
        Assert.Null(Recognise([4], [3, 3, 1, 4], [16, 3]));

        // More pixels than any row has features, and sides whose product does not fit a number.
        Assert.NotNull(Recognise([1], [3, 3, 1, 1], [128, 128, 1, 1], 1));
        Assert.Null(Recognise([1], [3, 3, 1, 1], [129, 128, 1, 1], 1));
        Assert.Null(Recognise([1], [3, 3, 1, 1], [int.MaxValue, 1, 1, 1], 1));

        static ClassifierModel? Recognise(long[] bias, long[] kernel, long[] weight, int classes = 3) =>
            ClassifierModel.Recognise(new ModelSchema(
        [
            new TensorSpec("layer01.bias", bias), new TensorSpec("layer01.kernel", kernel), new TensorSpec("layer02.bias", classes),
            new TensorSpec("layer02.weight", weight),
        ]));
    }

    [Fact]
    public void OtherTensorsAreNot()
    {
        Assert.Null(ClassifierModel.Recognise(new ModelSchema([new TensorSpec("weights", 3, 4)])));
        Assert.Null(ClassifierModel.Recognise(new ModelSchema([new TensorSpec("layer01.weight", 3, 4)])));
        Assert.Null(ClassifierModel.Recognise(new ModelSchema([new TensorSpec("layer01.weight", 3), new TensorSpec("layer01.bias", 4)])));
        Assert.Null(
            ClassifierModel.Recognise(new ModelSchema([new TensorSpec("layer01.weight", 3, 4), new TensorSpec("layer01.bias", 5)])));
        Assert.Null(ClassifierModel.Recognise(
            new ModelSchema([new TensorSpec("layer01.weight", 3, 4), new TensorSpec("layer01.bias", 4), new TensorSpec("x", 1)])));
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
