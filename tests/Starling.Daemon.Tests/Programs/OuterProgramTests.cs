using Starling.Core.Identity;
using Starling.Daemon.Sessions;
using Starling.Daemon.Tasks;
using Starling.Node.Executors;

namespace Starling.Daemon.Tests.Programs;

/// <summary>How often a program is started, and how long it is waited for.</summary>
public sealed class OuterProgramTests
{
    private readonly ProgramSession session = new(ContractId.Parse("small"));
    private readonly List<StandIn> works = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if a program that was started again, and hangs before it opens its session, is waited for for ever.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_program_that_was_started_again_must_open_its_session_in_time_too()
    {
        await using var program = await OpenAsync(async work =>
        {
            if (works.Count > 1)
                return; // It sleeps.
            await OpenSessionAsync();
            work.End(WorkEnd.Signalled);
        });
        var report = await program.Early.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.Contains("opened no session within 2 s", report.Description, StringComparison.Ordinal);
        Assert.Equal(2, works.Count);
        Assert.False(session.IsOpen);
    }

    /// <summary>Red if the death of one that was started again, before it opened its session, ends the task at once.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_program_that_opened_its_session_once_is_started_three_times()
    {
        await using var program = await OpenAsync(async work =>
        {
            if (works.Count == 1)
                await OpenSessionAsync();
            work.End(WorkEnd.Signalled);
        });
        var report = await program.Early.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        Assert.StartsWith("The program ended before training had", report.Description, StringComparison.Ordinal);
        Assert.Equal(3, works.Count);
    }

    private async Task OpenSessionAsync() => Assert.True(await session.TryOpenAsync(("a", Cancellation), TimeSpan.Zero, Cancellation));

    private Task<OuterProgram> OpenAsync(Func<StandIn, Task> run) => OuterProgram.OpenAsync(session, null!, async (_, _, _) =>
    {
        works.Add(new StandIn());
        await run(works[^1]);
        return works[^1];
    }, TimeSpan.FromSeconds(2), Cancellation);

    /// <summary>A work without a process.</summary>
    private sealed class StandIn : IRunningWork
    {
        private readonly TaskCompletionSource<WorkResult> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public WorkId Id { get; } = WorkId.Draw();

        public OutputRing Output { get; } = new();

        public OutputRing ErrorOutput { get; } = new();

        public ResourceUse Use => ResourceUse.None;

        public Task<WorkResult> Completion => end.Task;

        public void End(WorkEnd how) => end.TrySetResult(new WorkResult(how, 137, $"{how}.", Use, "", "", []));

        public Task<WorkResult> StopAsync(TimeSpan grace)
        {
            End(WorkEnd.Cancelled);
            return Completion;
        }

        public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero);
    }
}
