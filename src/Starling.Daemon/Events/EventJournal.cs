using System.Text.Json;
using Microsoft.Extensions.Logging;
using Starling.Api;
using Starling.Api.Events;
using Starling.Node.Events;

namespace Starling.Daemon.Events;

/// <summary>
/// Writes a node's events to <c>events.jsonl</c> in its folder, as they happen and beside the loop. It is a record for people and reports: nothing that
/// the node relies on is in it, so it is not synced, and a disk that refuses it stops nothing.
/// </summary>
internal sealed class EventJournal : IAsyncDisposable
{
    private readonly FileStream file;
    private readonly ILogger log;
    private Task writing = Task.CompletedTask;

    private EventJournal(FileStream file, ILogger log, long last) => (this.file, this.log, Last) = (file, log, last);

    /// <summary>The last cursor of an earlier run; 0 for none.</summary>
    public long Last { get; }

    /// <summary>Opens the file of a folder and cuts off a line that a crash left behind.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static EventJournal Open(string folder, ILogger log)
    {
        var path = Path.Combine(folder, EventFile.Name);
        var last = EventFile.Read(path).Select(e => e.Cursor).DefaultIfEmpty(0).Max();
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        CutTornLine(file);
        return new EventJournal(file, log, last);
    }

    /// <summary>Writes what the stream tells until it ends.</summary>
    public void Follow(EventStream events) => writing = WriteAsync(events);

    /// <summary>Waits until the last event is written, and closes the file. The stream must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await writing.ConfigureAwait(false);
        await file.DisposeAsync().ConfigureAwait(false);
    }

    private static void CutTornLine(FileStream file)
    {
        var end = file.Length;
        for (; end > 0; end--)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
                break;
        }

        file.SetLength(end);
        file.Position = end;
    }

    private async Task WriteAsync(EventStream events)
    {
        var refused = false;
        await foreach (var streamed in events.ReadAsync(Last, CancellationToken.None).ConfigureAwait(false))
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(EventProjection.Project(streamed), ApiJson.Default.ApiEvent);
            try
            {
                await file.WriteAsync((byte[])[.. line, (byte)'\n']).ConfigureAwait(false);
                await file.FlushAsync().ConfigureAwait(false);
                refused = false;
            }
            catch (IOException fault)
            {
                if (!refused)
                    log.LogWarning("Events are not written to {File}: {Reason}", file.Name, fault.Message);
                refused = true;
            }
        }
    }
}
