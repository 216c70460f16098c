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
}
