using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

public sealed class ProcessorTimeTests
{
    /// <summary>Red if a child that is looked at before its parent takes notice of its death counts twice.</summary>
    [Fact]
    public void What_a_child_hands_on_while_others_are_looked_at_counts_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no /proc.");
        var self = ProcessFacts.Of(Environment.ProcessId)!.Value;
        var two = TimeSpan.FromSeconds(2);
        // No process has such an id: it is gone by the time that it is looked for again.
        var child = self with { Id = int.MaxValue, Parent = self.Id, IsDead = true, Processor = two, Inherited = TimeSpan.Zero };
        var time = new ProcessorTime();
        Assert.Equal(two, time.Add([self with { Processor = TimeSpan.Zero, Inherited = TimeSpan.Zero }, child]));
        var parent = self with { Processor = two, Inherited = two };
        Assert.Equal(two, time.Add([child, parent]));
        Assert.Equal(two, time.Add([parent]));
    }
}
