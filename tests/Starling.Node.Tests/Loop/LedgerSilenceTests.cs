using Microsoft.Extensions.Logging.Abstractions;
using Starling.Ledgers;
using Starling.Node.Loop;

namespace Starling.Node.Tests.Loop;

public sealed class LedgerSilenceTests
{
    private readonly ManualTime time = new() { Epoch = new DateTimeOffset(2031, 5, 4, 10, 0, 0, TimeSpan.Zero) };
    private readonly LedgerSilence silence;

    public LedgerSilenceTests() => silence = new LedgerSilence(time, NullLogger<LedgerSilence>.Instance);

    /// <summary>Red if a silence begins when it is noticed, or anew with each try.</summary>
    [Fact]
    public async Task It_lasts_from_the_first_read_that_was_not_answered_until_one_is()
    {
        await silence.HearAsync(() => Task.FromResult(1));
        Assert.Null(silence.Sentence);
        time.Advance(TimeSpan.FromMinutes(1));
        await MissAsync(TimeSpan.FromSeconds(8));
        Assert.Equal("The ledger has not answered since 10:01:00Z (8 s): start it.", silence.Sentence);
        Assert.Null(silence.LongSentence);
        await MissAsync(TimeSpan.FromMinutes(3));
        Assert.Equal("The ledger has not answered since 10:01:00Z (3 min): start it.", silence.Sentence);
        Assert.Equal(silence.Sentence, silence.LongSentence);
        await silence.HearAsync(() => Task.FromResult(1));
        Assert.Null(silence.Sentence);
    }

    /// <summary>Red if a ledger that nobody reads for long, since nothing is new, counts as silent.</summary>
    [Fact]
    public async Task A_quiet_ledger_is_not_silent()
    {
        await silence.HearAsync(() => Task.FromResult(1));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Null(silence.Sentence);
    }

    /// <summary>Red if a read that hung while others were answered counts for the time since.</summary>
    [Fact]
    public async Task An_old_read_that_fails_late_tells_nothing()
    {
        var hangs = new TaskCompletionSource<int>();
        var old = silence.HearAsync(() => hangs.Task);
        time.Advance(TimeSpan.FromSeconds(1));
        await silence.HearAsync(() => Task.FromResult(1));
        hangs.SetException(new LedgerUnavailableException("start it."));
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => old);
        Assert.Null(silence.Sentence);
    }

    private async Task MissAsync(TimeSpan lasts) => await Assert.ThrowsAsync<LedgerUnavailableException>(() => silence.HearAsync<int>(() =>
    {
        time.Advance(lasts);
        throw new LedgerUnavailableException("start it.");
    }));
}
