using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Events;
using Starling.Node.Tests.Loop;

namespace Starling.Node.Tests.Events;

public sealed class EventStreamTests
{
    private static readonly ContractId Contract = ContractId.Parse("trial");
    private readonly EventStream events = new(new ManualTime(), 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task A_reader_gets_what_was_and_then_what_comes_and_ends_with_the_stream()
    {
        events.Publish(Event("one"));
        var read = ReadAsync(0);
        events.Publish(Event("two"));
        events.End();
        events.Publish(Event("too late"));
        Assert.Equal([(1, "one"), (2, "two")], await read);
        Assert.Equal([(2, "two")], await ReadAsync(1));
        Assert.Empty(await ReadAsync(2));
    }

    [Fact(Timeout = 10_000)]
    public async Task Only_the_latest_stay()
    {
        for (var i = 1; i <= EventStream.Capacity + 5; i++)
            events.Publish(Event($"{i}"));
        events.End();
        var read = await ReadAsync(0);
        Assert.Equal(EventStream.Capacity, read.Count);
        Assert.Equal((6, "6"), read[0]);
        Assert.Equal(EventStream.Capacity + 5, events.Last);
    }

    [Fact]
    public void Cursors_go_on_where_an_earlier_run_ended()
    {
        var later = new EventStream(new ManualTime(), 41);
        StreamedEvent? seen = null;
        later.Observer = streamed => seen = streamed;
        later.Publish(Event("next"));
        Assert.Equal(42, seen!.Cursor);
    }

    private static Trouble Event(string what) => new(Contract, what);

    private async Task<List<(long Cursor, string What)>> ReadAsync(long after)
    {
        var read = new List<(long, string)>();
        await foreach (var streamed in events.ReadAsync(after, Cancellation))
            read.Add((streamed.Cursor, ((Trouble)streamed.Event).What));
        return read;
    }
}
