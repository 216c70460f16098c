using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Events;

namespace Starling.Node.Tests.Events;

public sealed class EventTextTests
{
    [Fact]
    public void Lists_are_written_out()
    {
        var happened = new Unresolved(ContractId.Parse("trial"), 7, [NodeId.Create("a", "b", "one"), NodeId.Create("a", "b", "two")]);
        Assert.Equal("Unresolved { Round = 7, Pair = [spiffe://a/b/one, spiffe://a/b/two], Contract = trial }", EventText.Of(happened));
    }

    /// <summary>Red if a program's reason writes lines of its own into a node's log, or steers the terminal that shows it.</summary>
    [Fact]
    public void An_event_stays_within_its_line()
    {
        var happened = new ProgramFailed(ContractId.Parse("trial"), 7, "a\n12:00:00 info: fine\r\u001b[2J\u202Eb", TimeSpan.FromSeconds(1));
        Assert.Contains("What = a 12:00:00 info: fine \uFFFD[2J\uFFFDb,", EventText.Of(happened), StringComparison.Ordinal);
    }
}
