namespace Starling.Node.Executors;

/// <summary>Takes what a program writes to a stream, as fast as it comes: into memory, and into a file if one is wanted.</summary>
internal sealed class OutputPump : IDisposable
{
    private readonly Stream source;
    private readonly CappedLog? log;

    /// <summary>Begins to take.</summary>
    public OutputPump(Stream source, CappedLog? log)
    {
        (this.source, this.log) = (source, log);
        Ended = Task.Run(RunAsync);
    }

    /// <summary>What came.</summary>
    public OutputRing Ring { get; } = new();

    /// <summary>Completes when the stream ends: when no process has it open any more.</summary>
    public Task Ended { get; }

    /// <summary>Why the file is not whole, as a sentence; null if it is.</summary>
    public string? Fault => log?.Fault;

    public void Dispose()
    {
        source.Dispose();
        log?.Dispose();
    }

    private async Task RunAsync()
    {
        var bytes = new byte[16 << 10];
        try
        {
            int count;
            while ((count = await source.ReadAsync(bytes).ConfigureAwait(false)) > 0)
            {
                Ring.Append(bytes.AsSpan(0, count));
                log?.Append(bytes.AsSpan(0, count));
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It was closed because nothing runs any more.
        }

        Ring.Complete();
    }
}
