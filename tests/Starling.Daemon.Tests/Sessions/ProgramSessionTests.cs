using Starling.Core.Identity;
using Starling.Daemon.Sessions;

namespace Starling.Daemon.Tests.Sessions;

/// <summary>Whose a session is.</summary>
public sealed class ProgramSessionTests
{
    private readonly ProgramSession session = new(ContractId.Parse("small"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Red if two programs get one session's assignments by turns.</summary>
    [Fact]
    public async Task A_second_program_does_not_get_a_session()
    {
        using var first = new CancellationTokenSource();
        Assert.True(await session.TryOpenAsync(("a", first.Token), TimeSpan.Zero, Cancel));
        Assert.False(await session.TryOpenAsync(("b", Cancel), TimeSpan.Zero, Cancel));
        Assert.True(await session.TryOpenAsync(("a", first.Token), TimeSpan.Zero, Cancel));
    }

    /// <summary>Red if a program that was started again, or whose connection broke, does not get its session back.</summary>
    [Fact]
    public async Task A_session_is_free_when_its_connection_has_ended()
    {
        using var first = new CancellationTokenSource();
        Assert.True(await session.TryOpenAsync(("a", first.Token), TimeSpan.Zero, Cancel));
        var waits = session.TryOpenAsync(("b", Cancel), TimeSpan.FromDays(1), Cancel);
        Assert.False(waits.IsCompleted);
        await first.CancelAsync();
        Assert.True(await waits);
    }

    /// <summary>Red if a program that goes while it waits gets the session.</summary>
    [Fact]
    public async Task A_program_that_gives_up_waiting_gets_nothing()
    {
        using var stop = new CancellationTokenSource();
        Assert.True(await session.TryOpenAsync(("a", Cancel), TimeSpan.Zero, Cancel));
        var waits = session.TryOpenAsync(("b", Cancel), TimeSpan.FromDays(1), stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        Assert.False(await session.TryOpenAsync(("c", Cancel), TimeSpan.Zero, Cancel));
    }
}
