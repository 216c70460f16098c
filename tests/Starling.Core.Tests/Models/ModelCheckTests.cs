using Starling.Core.Models;

namespace Starling.Core.Tests.Models;

public sealed class ModelCheckTests
{
    private static readonly ModelSchema Schema =
        new([new TensorSpec("a", 100), new TensorSpec("b", ElementType.I8, [3]), new TensorSpec("c", 70_000)]);

    [Fact]
    public void A_sound_state_has_no_fault() => Assert.Null(ModelCheck.Inspect(new ModelState(Schema)));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void The_first_float_that_is_not_finite_is_named(float bad)
    {
        for (var at = 0; at < 70; at++)
        {
            var state = new ModelState(Schema);
            state.Tensor("a")[at] = bad;
            state.Tensor("c")[3] = bad;
            Assert.Equal(new ModelFault(ModelFaultKind.NotFinite, "a", at), ModelCheck.Inspect(state));
        }

        var late = new ModelState(Schema);
        late.Tensor("c")[69_999] = bad;
        Assert.Equal(new ModelFault(ModelFaultKind.NotFinite, "c", 69_999), ModelCheck.Inspect(late));
    }

    [Fact]
    public void The_extremes_of_the_format_are_finite()
    {
        var values = new float[100];
        values.AsSpan().Fill(float.MaxValue);
        values[0] = float.MinValue;
        values[1] = float.Epsilon;
        Assert.Equal(-1, FiniteCheck.IndexOfNotFinite(values));
    }

    [Fact]
    public void An_integer_outside_its_type_is_named()
    {
        var state = new ModelState(new ModelSchema([new TensorSpec("b", ElementType.Bool, [3])]));
        state.Integers[0].Stored.Span[2] = 2;
        Assert.Equal(new ModelFault(ModelFaultKind.OutOfRange, "b", 2), ModelCheck.Inspect(state));
    }
}
