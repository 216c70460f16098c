using System.Text;
using Starling.Core.Configuration;

namespace Starling.Node.Executors;

/// <summary>
/// The newest bytes of a stream, within a bound, each with its place in the stream: a reader that comes back knows what it missed.
/// </summary>
public sealed class OutputRing
{
    /// <summary>How many bytes are kept.</summary>
    public const int Capacity = 64 << 10;

    private readonly Lock gate = new();
    private readonly byte[] bytes = new byte[Capacity];
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long total;
    private bool complete;

    /// <summary>How many bytes came so far.</summary>
    public long Total
    {
        get
        {
            lock (gate)
                return total;
        }
    }

    /// <summary>
    /// The kept bytes from a place on, and the place of the first of them: later than asked for if those before are gone.
    /// </summary>
    public (long From, byte[] Bytes) Read(long from)
    {
        lock (gate)
        {
            from = Math.Clamp(from, Math.Max(0, total - Capacity), total);
            var copy = new byte[total - from];
            for (var i = 0; i < copy.Length; i++)
                copy[i] = bytes[(from + i) % Capacity];
            return (from, copy);
        }
    }

    /// <summary>Waits until there is more than that.</summary>
    /// <returns>False if the stream ended and no more will come.</returns>
    public async Task<bool> WaitAsync(long total, CancellationToken cancellation)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (this.total > total)
                    return true;
                if (complete)
                    return false;
                next = changed.Task;
            }

            await next.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The last bytes as text, clean, since it is shown on terminals.
    /// </summary>
    public string Tail(int maxBytes) => ShownText.Clean(Encoding.UTF8.GetString(Read(Math.Max(0, Total - maxBytes)).Bytes));

    internal void Append(ReadOnlySpan<byte> more)
    {
        TaskCompletionSource woken;
        lock (gate)
        {
            foreach (var one in more)
                bytes[total++ % Capacity] = one;
            woken = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        woken.SetResult();
    }

    internal void Complete()
    {
        lock (gate)
        {
            complete = true;
            changed.TrySetResult();
        }
    }
}
