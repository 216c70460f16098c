using Starling.Core.Identity;

namespace Starling.Fuzz.Corpus;

/// <summary>
/// The inputs of a target that are kept in the repository: small ones that together reach every place, and those that once showed a defect.
/// </summary>
internal sealed class CorpusFolder
{
    private const string DefectPrefix = "crash-";

    private readonly string folder;

    private CorpusFolder(string folder) => this.folder = folder;

    /// <summary>The folder of a target, <c>fuzz/corpus/NAME</c>, in the repository that holds the running program.</summary>
    public static CorpusFolder Of(string target)
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Starling.slnx")))
                return new CorpusFolder(Path.Combine(at.FullName, "fuzz", "corpus", target));
        throw new InvalidOperationException($"No Starling.slnx above {AppContext.BaseDirectory}.");
    }

    /// <summary>Every input, by name.</summary>
    public IEnumerable<(string Name, byte[] Input)> Read() => !Directory.Exists(folder) ? [] :
        Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)));

    /// <summary>Writes the input of a defect.</summary>
    /// <returns>Its path.</returns>
    public string WriteDefect(byte[] input) => Write(DefectPrefix, input);

    /// <summary>Replaces all inputs but those of defects.</summary>
    public void Replace(IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder)
            .Where(file => !Path.GetFileName(file).StartsWith(DefectPrefix, StringComparison.Ordinal)).ToList())
            File.Delete(file);
        foreach (var input in inputs)
            Write("", input);
    }

    private string Write(string prefix, byte[] input)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, prefix + Digest.Of(input).Short);
        File.WriteAllBytes(path, input);
        return path;
    }
}
