using System.Globalization;
using Microsoft.Extensions.Logging;
using Starling.Ledgers;

namespace Starling.Node.Loop;

/// <summary>
/// Since when the ledger does not answer, by the node's own reads of it. One that has nothing new answers all the same. For several
/// threads.
/// </summary>
/// <param name="time">Tells the time.</param>
/// <param name="log">Is told when the ledger answers again; that it does not is the kernel's to tell.</param>
public sealed class LedgerSilence(TimeProvider time, ILogger<LedgerSilence> log)
{
    /// <summary>After how long the node is not ready: an election among the ledger's members is over sooner.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private long answered;
    private (long Since, string Reason)? silence;

    /// <summary>Since when, why and what to do, a sentence; null while the ledger answers.</summary>
    public string? Sentence => Look() is var (lasts, reason)
        ? string.Create(CultureInfo.InvariantCulture,
            $"The ledger has not answered since {time.GetUtcNow() - lasts:HH:mm:ss}Z ({Text(lasts)}): {reason}")
        : null;

    /// <summary><see cref="Sentence"/>, once it has lasted for <see cref="Bound"/>.</summary>
    public string? LongSentence => Look()?.Lasts >= Bound ? Sentence : null;

    /// <summary>Reads, and takes note of whether that was answered.</summary>
    public async Task<T> HearAsync<T>(Func<Task<T>> read)
    {
        var began = time.GetTimestamp();
        try
        {
            var answer = await read().ConfigureAwait(false);
            Answered();
            return answer;
        }
        catch (LedgerException e)
        {
            Missed(began, e.Message);
            throw;
        }
    }

    private static string Text(TimeSpan lasts) => lasts < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)lasts.TotalSeconds} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)lasts.TotalMinutes} min");

    private (TimeSpan Lasts, string Reason)? Look()
    {
        lock (gate)
            return silence is var (since, reason) ? (time.GetElapsedTime(since), reason) : null;
    }

    private void Answered()
    {
        (long Since, string Reason)? ended;
        lock (gate)
            (answered, ended, silence) = (time.GetTimestamp(), silence, null);
        if (ended is not var (since, _))
            return;
        NodeTelemetry.Silent.Add(-1);
        log.LogWarning("The ledger answers again, after {Silence}.", Text(time.GetElapsedTime(since)));
    }

    // What was asked before the last answer, and failed only now, tells nothing of the time since.
    private void Missed(long began, string reason)
    {
        lock (gate)
        {
            if (silence is null && began < answered)
                return;
            if (silence is null)
                NodeTelemetry.Silent.Add(1);
            silence = (silence?.Since ?? began, reason);
        }
    }
}
