using System.Globalization;
using System.Text;

namespace Starling.Node.Executors;

/// <summary>
/// A log of bounded size: when half of the bound is written, the file becomes <c>NAME.old</c> and a new one begins,
/// so that the newest is kept. A work that is started again goes on with the log that is there, behind a line that says so.
/// </summary>
internal sealed class CappedLog : IDisposable
{
    private readonly string path;
    private readonly long maxBytes;
    private FileStream? file;

    /// <summary>Begins a log, or goes on with it.</summary>
    public CappedLog(string path, long maxBytes)
    {
        (this.path, this.maxBytes) = (path, maxBytes);
        file = Open(path);
        if (file.Position > 0)
            Append(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"\n--- started again at {TimeProvider.System.GetUtcNow():u} ---\n")));
    }

    /// <summary>Why it was given up, as a sentence; null while it works. Output is worth less than the work itself.</summary>
    public string? Fault { get; private set; }

    /// <summary>Adds bytes; does nothing once the disk has refused.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (file is not null && !bytes.IsEmpty)
            {
                if (file.Position >= maxBytes / 2)
                    Turn();
                var part = bytes[..(int)Math.Min(bytes.Length, (maxBytes / 2) - file.Position)];
                file.Write(part);
                bytes = bytes[part.Length..];
            }

            file?.Flush();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fault = $"Output is no longer written to {path}: {fault.Message}";
            Drop();
        }
    }

    public void Dispose() => Drop();

    /// <summary>Where the older half of a log is.</summary>
    public static string Older(string path) => path + ".old";

    private static FileStream Open(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.Read | FileShare.Delete);

    private void Turn()
    {
        file!.Dispose();
        File.Move(path, Older(path), overwrite: true);
        file = Open(path);
    }

    private void Drop()
    {
        try
        {
            file?.Dispose();
        }
        catch (IOException)
        {
            // What was not written is lost; the reason is told already.
        }

        file = null;
    }
}
