using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Starling.Cli.Support;

/// <summary>
/// An archive of texts for whoever helps. Each goes through the mask of secrets, however it came here; no file of
/// the host is taken as it is.
/// </summary>
/// <param name="mask">Takes secrets out of a text.</param>
internal sealed class SupportBundle(Func<string, string> mask)
{
    /// <summary>The most of a file that is taken, its end.</summary>
    public const int MaxBytes = 1 << 20;

    private readonly List<(string Name, string Text)> texts = [];

    /// <summary>What is in it.</summary>
    public IEnumerable<string> Names => texts.Select(text => text.Name);

    /// <summary>Adds a text.</summary>
    public void Add(string name, string text) => texts.Add((name, mask(text)));

    /// <summary>Adds the end of a text file, in whole lines; nothing if it is not there.</summary>
    public void AddEnd(string name, string path)
    {
        if (!File.Exists(path))
            return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var from = Math.Max(0, file.Length - MaxBytes);
        file.Position = from;
        var bytes = new byte[Math.Min(file.Length - from, MaxBytes)];
        var count = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var text = Encoding.UTF8.GetString(bytes, 0, count);
        // A key that the cut went through would not be known as one.
        Add(name, from == 0 ? text : text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
    }

    /// <summary>Writes the archive.</summary>
    /// <exception cref="IOException">It is there already, or cannot be written.</exception>
    public void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        using var packed = new GZipStream(file, CompressionLevel.Optimal);
        using var tar = new TarWriter(packed);
        foreach (var (name, text) in texts)
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
    }
}
