using Starling.Core.Kernel;

namespace Starling.Node.Transport;

/// <summary>A request of ours that was not answered yet, and where its answer goes.</summary>
/// <param name="number">Names it on the connection.</param>
/// <param name="most">The most bytes that an answer may have.</param>
/// <param name="destination">Gives memory for what follows from a place on in an answer of this length, or null if no such answer is
/// wanted. Asked first for place 0.</param>
/// <param name="progress">Told of bytes as they arrive.</param>
internal sealed class PendingFetch(uint number, int most, Func<int, int, Memory<byte>?> destination, Action<int>? progress)
{
    private readonly Lock gate = new();
    private readonly TaskCompletionSource<FetchFailure?> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool receiving;
    private bool abandoned;

    public uint Number => number;

    /// <summary>Whether the other has the request. Guarded by <see cref="RequestClient"/>.</summary>
    public bool IsSent { get; set; }

    /// <summary>Null when the whole answer is in its memory. Nothing writes there once this has completed.</summary>
    public Task<FetchFailure?> Outcome => outcome.Task;

    /// <summary>
    /// Nobody wants the answer any more. If it is just being read, the outcome waits until the read under way has left the memory.
    /// </summary>
    public void Abandon()
    {
        lock (gate)
        {
            abandoned = true;
            if (!receiving)
                outcome.TrySetCanceled();
        }
    }

    /// <summary>The other refuses, or the connection is gone.</summary>
    public void Fail(FetchFailure failure) => outcome.TrySetResult(failure);

    /// <summary>Reads the answer from the connection to its end, wanted or not.</summary>
    /// <exception cref="PeerRefusedException">It is longer than any answer may be.</exception>
    public async Task ReceiveAsync(uint length, FrameReader reader, byte[] scratch, CancellationToken cancellation)
    {
        if (length > most)
            throw PeerRefusedException.BrokenRule($"An answer of {length} bytes exceeds the bound of {most}.");
        var at = 0;
        FetchFailure? failure = null;
        if (TryBegin())
        {
            var memory = destination(0, (int)length);
            while (memory is { } room && at < length && !Abandoned())
            {
                var count = Told(await reader.ReadRawAsync(room, cancellation));
                at += count;
                memory = count < room.Length || at == length ? room[count..] : destination(at, (int)length);
            }
            failure = memory is null ? FetchFailure.Corrupt : null;
            End(failure, whole: at == length);
        }
        while (at < length)
            at += await reader.ReadRawAsync(scratch.AsMemory(0, (int)Math.Min(scratch.Length, length - at)), cancellation);
        outcome.TrySetResult(failure);
    }

    private bool TryBegin()
    {
        lock (gate)
            return receiving = !abandoned;
    }

    private bool Abandoned()
    {
        lock (gate)
            return abandoned;
    }

    private void End(FetchFailure? failure, bool whole)
    {
        lock (gate)
        {
            receiving = false;
            if (failure is null && whole)
                outcome.TrySetResult(null);
            else if (abandoned)
                outcome.TrySetCanceled();
        }
    }

    private int Told(int count)
    {
        progress?.Invoke(count);
        return count;
    }
}
