using Starling.Core.Kernel;
using Starling.Fuzz.Mutation;
using Starling.Fuzz.Targets;
using Starling.Fuzz.Tests.Running;

namespace Starling.Fuzz.Tests.Mutation;

public sealed class MutatorTests
{
    [Fact]
    public void One_seed_makes_one_row_of_inputs()
    {
        Assert.Equal(Inputs(7), Inputs(7));
        Assert.NotEqual(Inputs(7), Inputs(8));
    }

    [Fact]
    public void Inputs_differ_and_stay_within_bounds()
    {
        var inputs = Inputs(1, 20_000);
        Assert.All(inputs, input => Assert.InRange(input.Length, 0, Mutator.MostBytes));
        Assert.InRange(inputs.Select(Convert.ToHexString).Distinct().Count(), 15_000, 20_000);
        Assert.Contains(inputs, input => input.Length > 4096); // now and then one is blown up
    }

    [Fact]
    public void Words_are_put_in()
    {
        var mutator = new Mutator(new FakeTarget(_ => true) { Words = FuzzWords.Of("keyword") }, new SeededRandom(1));
        Assert.Contains(Enumerable.Range(0, 100).Select(_ => mutator.Mutate([1, 2, 3], () => [])),
            input => input.AsSpan().IndexOf("keyword"u8) >= 0);
    }

    private static List<byte[]> Inputs(ulong seed, int count = 200)
    {
        var mutator = new Mutator(new FakeTarget(_ => true), new SeededRandom(seed));
        return [.. Enumerable.Range(0, count).Select(_ => mutator.Mutate("a: 1\nb: 2\n"u8.ToArray(), () => [9, 9, 9]))];
    }
}
