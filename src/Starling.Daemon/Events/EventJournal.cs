using System.Text.Json;
using Microsoft.Extensions.Logging;
using Starling.Api;
using Starling.Api.Events;
using Starling.Node.Events;

namespace Starling.Daemon.Events;

/// <summary>
/// Writes a node's events to <c>events.jsonl</c> in its folder, as they happen and beside the loop. It is a record for people and reports:
/// nothing that the node relies on is in it, so it is not synced, and a disk that refuses it stops nothing.
/// </summary>
internal sealed class EventJournal : IAsyncDisposable
{
    private readonly Stream file;
    private readonly string name;
    private readonly ILogger log;
    private Task writing = Task.CompletedTask;
    private long written;

    /// <summary>Begins behind whole lines.</summary>
    /// <param name="file">Unbuffered, so that what a full disk refuses is known and can be taken back.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="log">Takes what goes wrong.</param>
    /// <param name="last">The cursor of the last line.</param>
    internal EventJournal(Stream file, string name, ILogger log, long last) =>
        (this.file, this.name, this.log, Last, written) = (file, name, log, last, file.Length);

    /// <summary>The last cursor of an earlier run; 0 for none.</summary>
    public long Last { get; }

    /// <summary>Opens the file of a folder and cuts off a line that a crash left behind.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static EventJournal Open(string folder, ILogger log)
    {
        var path = Path.Combine(folder, EventFile.Name);
        var last = EventFile.Read(path).Select(e => e.Cursor).DefaultIfEmpty(0).Max();
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        CutTornLine(file);
        return new EventJournal(file, path, log, last);
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
                written += line.Length + 1;
                refused = false;
            }
            catch (IOException fault)
            {
                if (!refused)
                    log.LogWarning("Events are not written to {File}: {Reason}", name, fault.Message);
                refused = true;
                // Half a line would spoil the next one, too.
                file.SetLength(written);
                file.Position = written;
            }
        }
    }
}
