using System.Threading.Channels;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Node.Events;
using Starling.Node.Programs;
using Starling.Node.Tests.Loop;

namespace Starling.Node.Tests.Programs;

public sealed class ProgramHostTests : IDisposable
{
    private readonly ManualTime time = new();
    private readonly Channel<NodeEvent> events = Channel.CreateUnbounded<NodeEvent>();
    private readonly Channel<UpdateReady> updates = Channel.CreateUnbounded<UpdateReady>(), late = Channel.CreateUnbounded<UpdateReady>();
    private readonly Session session = new();
    private readonly ProgramHost host;

    public ProgramHostTests() => host = new ProgramHost(
        _ => session, time, e => events.Writer.TryWrite(e), u => updates.Writer.TryWrite(u), u => late.Writer.TryWrite(u));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => host.Dispose();

    [Fact(Timeout = 10_000)]
    public async Task An_update_is_handed_over()
    {
        host.Deliver(Round(1));
        (await session.NextAsync()).Finish();
        Assert.Equal(1, (await updates.Reader.ReadAsync(Cancellation)).Round);
    }

    [Fact(Timeout = 10_000)]
    public async Task The_newest_assignment_replaces_the_older_which_ends_first()
    {
        host.Deliver(Round(1));
        var first = await session.NextAsync();
        host.Deliver(Round(2));
        await first.Cancelled.WaitAsync(Cancellation);
        Assert.False(session.HasNext);
        first.Finish();
        var second = await session.NextAsync();
        Assert.Equal(2, second.Assignment.Round);
        second.Finish();
        Assert.Equal(2, (await updates.Reader.ReadAsync(Cancellation)).Round);
        Assert.False(updates.Reader.TryRead(out _));
        // Red if the first one's update is forgotten: its blob would stay until the node starts anew.
        Assert.Equal(1, (await late.Reader.ReadAsync(Cancellation)).Round);
        Assert.False(late.Reader.TryRead(out _));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_failure_is_told_and_tried_again_with_growing_pauses()
    {
        host.Deliver(Round(1));
        foreach (var pause in new[] { 1, 2, 4 })
        {
            (await session.NextAsync()).Fail(new InvalidDataException("bad row"));
            var failed = Assert.IsType<ProgramFailed>(await events.Reader.ReadAsync(Cancellation));
            Assert.Equal((1, "InvalidDataException: bad row", TimeSpan.FromSeconds(pause)), (failed.Round, failed.What, failed.Retry));
            while (time.Armed == 0)
                await Task.Yield();
            Assert.False(session.HasNext);
            time.Advance(TimeSpan.FromSeconds(pause));
        }

        (await session.NextAsync()).Finish();
        Assert.Equal(1, (await updates.Reader.ReadAsync(Cancellation)).Round);
    }

    [Fact(Timeout = 10_000)]
    public async Task Stopping_cancels_and_takes_no_more_work()
    {
        host.Deliver(Round(1));
        var work = await session.NextAsync();
        var stopping = host.StopAsync(TimeSpan.FromHours(1));
        await work.Cancelled.WaitAsync(Cancellation);
        work.Finish();
        await stopping.WaitAsync(Cancellation);
        host.Deliver(Round(2));
        Assert.False(host.IsBusy);
        Assert.False(updates.Reader.TryRead(out _));
    }

    /// <summary>Red if a seat that nobody has taken, or whose program has not come yet, counts as one whose program trains.</summary>
    [Fact(Timeout = 10_000)]
    public async Task A_seat_waits_until_its_program_is_there()
    {
        Assert.True(host.HasUsual(Round(1).Contract));
        Assert.False(host.Awaits(Round(1).Contract));
        using var served = new ProgramHost(_ => null, time, _ => { }, _ => { }, _ => { });
        Assert.False(served.HasUsual(Round(1).Contract));
        served.Deliver(Round(1));
        Assert.True(served.Awaits(Round(1).Contract));
        var late = new Session { IsOpen = false };
        await served.AttachAsync(Round(1).Contract, late, () => { }, Cancellation);
        Assert.True(served.Awaits(Round(1).Contract));
        late.IsOpen = true;
        Assert.False(served.Awaits(Round(1).Contract));
        (await late.NextAsync()).Finish();
        await served.DetachAsync(Round(1).Contract);
        Assert.True(served.Awaits(Round(1).Contract));
    }

    /// <summary>
    /// Red if a second program takes the seat of one that works, is not told that it must wait, or does not get the seat and
    /// its work once that has left.
    /// </summary>
    [Fact(Timeout = 10_000)]
    public async Task A_program_waits_for_a_seat_that_another_has()
    {
        var (contract, first, second, waits) = (Round(1).Contract, new Session(), new Session(), 0);
        await host.AttachAsync(contract, first, () => waits++, Cancellation);
        host.Deliver(Round(1));
        var work = await first.NextAsync();
        using var impatient = new CancellationTokenSource();
        var gaveUp = host.AttachAsync(contract, new Session(), () => waits++, impatient.Token);
        var waiting = host.AttachAsync(contract, second, () => waits++, Cancellation);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        Assert.Equal(2, waits);
        Assert.False(waiting.IsCompleted || work.Cancelled.IsCompleted);

        var leaving = host.DetachAsync(contract);
        await Task.WhenAny(waiting, Task.Delay(50, Cancellation));
        Assert.False(waiting.IsCompleted, "The first has not ended yet.");
        work.Finish();
        await leaving;
        await waiting;
        var inherited = await second.NextAsync();
        Assert.Equal(1, inherited.Assignment.Round);
        inherited.Finish();
        await host.DetachAsync(contract);
    }

    /// <summary>Red if nobody does what a program left undone until there is another assignment.</summary>
    [Fact(Timeout = 10_000)]
    public async Task What_a_program_leaves_undone_the_usual_one_goes_on_with()
    {
        var contract = Round(1).Contract;
        host.Deliver(Round(1));
        var begun = await session.NextAsync();
        var other = new Session();
        await host.AttachAsync(contract, other, () => { }, Cancellation);
        begun.Finish();
        var work = await other.NextAsync();
        using var impatient = new CancellationTokenSource();
        var gaveUp = host.AttachAsync(contract, new Session(), () => { }, impatient.Token);
        var leaving = host.DetachAsync(contract);
        Assert.False(session.HasNext);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        Assert.False(session.HasNext);
        work.Finish();
        await leaving;
        var again = await session.NextAsync();
        Assert.Equal(1, again.Assignment.Round);
        again.Finish();
        Assert.Equal(1, (await updates.Reader.ReadAsync(Cancellation)).Round);
    }

    /// <summary>Red if the usual program does again what the one that leaves has done, or does it twice at once.</summary>
    [Fact(Timeout = 10_000)]
    public async Task What_a_program_has_done_the_usual_one_does_not_do_again()
    {
        var contract = Round(1).Contract;
        var other = new Session();
        await host.AttachAsync(contract, other, () => { }, Cancellation);
        host.Deliver(Round(1));
        (await other.NextAsync()).Finish();
        await updates.Reader.ReadAsync(Cancellation);
        await host.DetachAsync(contract);
        Assert.False(host.IsBusy);

        await host.AttachAsync(contract, other, () => { }, Cancellation);
        var work = await other.NextAsync();
        var leaving = host.DetachAsync(contract);
        host.Deliver(Round(2));
        work.Finish();
        await leaving;
        var next = await session.NextAsync();
        Assert.Equal(2, next.Assignment.Round);
        next.Finish();
        Assert.Equal(2, (await updates.Reader.ReadAsync(Cancellation)).Round);
        Assert.False(session.HasNext);
    }

    /// <summary>Red if the usual program ends training anew that a task's program has ended, which leaves at that very moment.</summary>
    [Fact(Timeout = 10_000)]
    public async Task Training_that_a_program_ended_is_not_ended_anew()
    {
        var other = new Session();
        var last = Round(2) with { Last = true };
        await host.AttachAsync(last.Contract, other, () => { }, Cancellation);
        host.Deliver(last);
        var work = await other.NextAsync();
        var leaving = host.DetachAsync(last.Contract);
        await work.Cancelled.WaitAsync(Cancellation);
        work.End();
        await leaving;
        Assert.False(host.IsBusy);
    }

    private static Assignment Round(long round) => new(ContractId.Parse("trial"), round, BlobId.None, 10, Done: 0, Last: false);

    private sealed class Session : IProgramSession
    {
        private readonly Channel<Work> begun = Channel.CreateUnbounded<Work>();

        public bool IsOpen { get; set; } = true;

        public bool HasNext => begun.Reader.TryPeek(out _);

        public ValueTask<Work> NextAsync() => begun.Reader.ReadAsync(Cancellation);

        public Task<UpdateReady?> CarryOutAsync(Assignment assignment, Action<NodeEvent> report, CancellationToken cancellation)
        {
            var work = new Work(assignment, cancellation);
            begun.Writer.TryWrite(work);
            return work.Result;
        }
    }

    private sealed class Work
    {
        private readonly TaskCompletionSource<UpdateReady?> result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Work(Assignment assignment, CancellationToken cancellation)
        {
            Assignment = assignment;
            cancellation.Register(() => cancelled.TrySetResult());
        }

        public Assignment Assignment { get; }

        public Task<UpdateReady?> Result => result.Task;

        public Task Cancelled => cancelled.Task;

        public void Finish() => result.SetResult(
            new UpdateReady(Assignment.Contract, Assignment.Round, Assignment.Base, new BlobId(Digest.Of("update"u8)), 1, 1,
                UpdateMetrics.None));

        public void End() => result.SetResult(null);

        public void Fail(Exception fault) => result.SetException(fault);
    }
}
