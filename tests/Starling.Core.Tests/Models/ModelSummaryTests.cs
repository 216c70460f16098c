using Starling.Core.Models;

namespace Starling.Core.Tests.Models;

public sealed class ModelSummaryTests
{
    [Fact]
    public void Numbers_are_those_of_the_elements()
    {
        var state =
            new ModelState(new ModelSchema([new TensorSpec("w", 2, 2), new TensorSpec("n", ElementType.I32, [2]), new TensorSpec("z", 0)]));
        state.Tensor("w")[0] = 3;
        state.Tensor("w")[1] = -4;
        state.Tensor("w")[2] = float.NaN;
        state.Integers[0].Write(1, 6);
        var summary = ModelSummary.Of(state);
        Assert.Equal(6, summary.Parameters);
        Assert.Equal(24, summary.Bytes);
        Assert.Equal(state.Schema.Hash, summary.SchemaHash);
        Assert.Equal(("n", 2L, 0L, 0d, 6d, 3d, 6d), Numbers(summary.Tensors[0]));
        Assert.Equal(("w", 4L, 1L, -4d, 3d, -1 / 3d, 5d), Numbers(summary.Tensors[1]));
        Assert.Equal(("z", 0L, 0L, 0d, 0d, 0d, 0d), Numbers(summary.Tensors[2]));
    }

    private static (string, long, long, double, double, double, double) Numbers(TensorSummary tensor) =>
        (tensor.Name, tensor.Count, tensor.NotFinite, tensor.Minimum, tensor.Maximum, tensor.Mean, tensor.Norm);
}
