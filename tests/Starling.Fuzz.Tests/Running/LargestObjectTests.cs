using Starling.Fuzz.Corpus;
using Starling.Fuzz.Coverage;
using Starling.Fuzz.Running;

namespace Starling.Fuzz.Tests.Running;

public sealed class LargestObjectTests
{
    private const int Large = 48 << 20;

    private static object? kept;

    [Fact]
    public void An_object_that_is_gone_at_once_is_met()
    {
        using var listener = new LargestObject();
        GC.KeepAlive(new byte[Large]);
        Assert.InRange(listener.Settle(), Large, long.MaxValue);
    }

    [Fact]
    public void An_object_that_no_input_allows_is_a_defect_whatever_may_be_allocated_in_all()
    {
        using var log = new StringWriter();
        var target = new FakeTarget(_ => (kept = new byte[Large]) is null) { MostAllocatedPerByte = double.PositiveInfinity };
        var run = new FuzzRun(target, CorpusFolder.Of(target.Name), CoverageMap.Find(), log, Execution.Longest);
        run.RunAlone(3, seed: 1);
        kept = null;
        Assert.Equal(1, run.Defects);
        Assert.Contains("an object of 50,331,6", log.ToString(), StringComparison.Ordinal);
    }
}
