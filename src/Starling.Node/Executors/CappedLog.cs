namespace Starling.Node.Executors;

/// <summary>
/// A log of bounded size: when half of the bound is written, the file becomes <c>NAME.old</c> and a new one begins,
/// so that the newest is kept.
/// </summary>
internal sealed class CappedLog(string path, long maxBytes) : IDisposable
{
    private FileStream? file = Begin(path);

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

    private static FileStream Begin(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);

    private void Turn()
    {
        file!.Dispose();
        File.Move(path, Older(path), overwrite: true);
        file = Begin(path);
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
