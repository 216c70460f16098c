using Starling.Fuzz.Running;
using Starling.Fuzz.Targets;

namespace Starling.Fuzz.Tests.Running;

public sealed class ExecutionTests
{
    private static readonly byte[] Input = new byte[100];

    private static object? kept;

    [Fact]
    public void What_a_parser_throws_is_a_crash_that_names_the_exception()
    {
        var finding = Run(_ => throw new InvalidDataException("bad"));
        Assert.Equal(FindingKind.Crash, finding!.Kind);
        Assert.StartsWith("InvalidDataException", finding.Signature, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64 << 10, false)]
    [InlineData((64 << 10) + 400, true)]
    public void What_a_parser_allocates_is_bounded_by_its_input(int bytes, bool isTooMuch) =>
        Assert.Equal(isTooMuch, Run(_ => (kept = new byte[bytes]) is not null)?.Kind == FindingKind.Allocation);

    [Fact]
    public void What_is_allocated_but_once_is_not_held_against_a_parser()
    {
        var isFirst = true;
        Assert.Null(Run(_ =>
        {
            kept = isFirst ? new byte[1 << 20] : null;
            return isFirst = false;
        }));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, true)]
    public void What_a_piece_costs_but_once_is_not_held_against_a_parser_either(int times, bool isTooMuch)
    {
        var runs = 0;
        var finding = Run(_ => ++runs > times ? true : throw new AllocationException("much"));
        Assert.Equal(isTooMuch, finding?.Kind == FindingKind.Allocation);
    }

    [Fact]
    public void A_parse_that_takes_too_long_is_a_hang() =>
        Assert.Equal(FindingKind.Hang, new Execution(new FakeTarget(_ => true), TimeSpan.FromTicks(-1)).Run(Input, out _)!.Kind);

    [Fact]
    public void What_does_not_hold_of_an_accepted_input_is_told()
    {
        var execution = new Execution(new FakeTarget(_ => true, _ => throw new PropertyException("odd")), Execution.Longest);
        Assert.Null(execution.Run(Input, out var accepted));
        Assert.True(accepted);
        Assert.Equal(new Finding(FindingKind.Property, "odd", "odd"), execution.Confirm(Input));
    }

    private static Finding? Run(Func<byte[], bool> parse) =>
        new Execution(new FakeTarget(parse), TimeSpan.FromSeconds(30)).Run(Input, out _);
}
