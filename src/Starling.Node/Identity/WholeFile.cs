using System.Security.Cryptography;
using System.Text;
using Starling.Node.Blobs;

namespace Starling.Node.Identity;

/// <summary>Writes files whole or not at all, and durably; secret ones are their owner's alone from their first byte.</summary>
public static class WholeFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Everyone = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const int MaxBytes = 1 << 20;

    /// <summary>Writes a text that everybody may read, replacing what is there.</summary>
    /// <exception cref="IdentityException">It cannot be written.</exception>
    public static void Write(string path, string text) => Write(path, text, secret: false);

    /// <summary>Writes a text for its owner alone, replacing what is there.</summary>
    /// <exception cref="IdentityException">It cannot be written.</exception>
    public static void WriteSecret(string path, string text) => Write(path, text, secret: true);

    /// <summary>Copies a file of any length to where there is none, for its owner alone.</summary>
    /// <exception cref="IdentityException">It cannot be read or written, or there is one.</exception>
    public static void Copy(string source, string path) => Write(
        path,
        stream =>
        {
            using var from = File.OpenRead(source);
            from.CopyTo(stream);
        },
        secret: true, replaces: false);

    private static void Write(string path, string text, bool secret) =>
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)), secret, replaces: true);

    private static void Write(string path, Action<Stream> fill, bool secret, bool replaces)
    {
        path = Path.GetFullPath(path);
        var draft = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.tmp";
        try
        {
            DiskSync.Make(Path.GetDirectoryName(path)!);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = secret ? OwnerOnly : Everyone;
            using (var stream = new FileStream(draft, options))
            {
                fill(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, replaces);
            DiskSync.Directory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or BlobStoreException)
        {
            try
            {
                File.Delete(draft);
            }
            catch (Exception again) when (again is IOException or UnauthorizedAccessException)
            {
                // The first error says more.
            }

            throw new IdentityException(
                $"Cannot write {path} ({e.Message.TrimEnd('.')}); check the folder, its rights and the room on its disk.", e);
        }
    }

    /// <summary>Reads a text of at most 1 MiB.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it holds, for people: "the certificate".</param>
    /// <exception cref="IdentityException">It is missing, too large or cannot be read.</exception>
    public static string Read(string path, string what)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaxBytes)
                throw new IdentityException($"{path} is too large to hold {what}; name another file.");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IdentityException($"There is no {path} for {what}; make one with 'starling ca issue', or name another file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IdentityException($"Cannot read {path} for {what}: {e.Message}", e);
        }
    }
}
