using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Starling.Node.Executors;

/// <summary>Whose executor it is, and where it keeps its own files.</summary>
public sealed record ExecutorOptions
{
    /// <summary>
    /// Whose works these are: 1 to 64 lower-case letters, digits and dashes. One process at a time uses a name: what an earlier one left
    /// running under it is ended.
    /// </summary>
    public required string Owner { get; init; }

    /// <summary>A folder for the executor's own files, absolute; made if missing. No program can write there.</summary>
    public required string Folder { get; init; }

    /// <summary>Where control groups are mounted; empty to do without. Default <c>/sys/fs/cgroup</c>.</summary>
    public string ControlGroups { get; init; } = "/sys/fs/cgroup";

    /// <summary>The options of works that belong to a folder: two nodes of one host must not end each other's.</summary>
    /// <param name="kind">Which works of the folder these are, such as <c>node</c>.</param>
    /// <param name="folder">Whose works they are.</param>
    /// <param name="place">Where below that folder the executor's own files are.</param>
    public static ExecutorOptions Of(string kind, string folder, string place) => new()
    {
        Owner = $"{kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(folder))))[..12]}",
        Folder = Path.Combine(Path.GetFullPath(folder), place),
    };

    /// <summary>Every value that is out of range, as a sentence each; none if all are well.</summary>
    public ImmutableArray<string> Errors()
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        if (Owner.Length is < 1 or > 64
            || Owner.Any(letter => !(char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-')))
            errors.Add($"owner is \"{Owner}\"; it must be 1 to 64 lower-case letters, digits and dashes.");
        if (!Path.IsPathFullyQualified(Folder))
            errors.Add($"folder is \"{Folder}\"; it must be an absolute path.");
        return errors.ToImmutable();
    }
}
