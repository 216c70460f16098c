namespace Starling.Repository.Tests.Sources;

/// <summary>The repository that these tests were built from.</summary>
internal static class RepositoryTree
{
    private const int LargestText = 1 << 20;

    private static readonly string[] Unowned = [".git", "artifacts", "runs", "bin", "obj", "node_modules", "__pycache__", ".vs", ".idea"];

    private static readonly string[] TextEndings =
        [".cs", ".csproj", ".props", ".targets", ".slnx", ".md", ".txt", ".yaml", ".yml", ".json", ".py", ".toml", ".sol", ".proto", ".cmd",
            ".sh", ".patch", ".editorconfig"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> Read = new(ReadAll);

    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Every text file, in the order of their paths.</summary>
    public static IReadOnlyList<SourceFile> Files => Read.Value;

    /// <summary>The project files below a folder.</summary>
    public static IEnumerable<SourceFile> Projects(string folder) =>
        Files.Where(file =>
            file.Name.EndsWith(".csproj", StringComparison.Ordinal) && file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    /// <summary>A file that must exist.</summary>
    public static SourceFile File(string path) => Files.Single(file => file.Path == path);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Starling.slnx")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No Starling.slnx above {AppContext.BaseDirectory}.");
    }

    private static IReadOnlyList<SourceFile> ReadAll()
    {
        var found = new List<SourceFile>();
        Collect(new DirectoryInfo(Root), found);
        return [.. found.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    private static void Collect(DirectoryInfo folder, List<SourceFile> found)
    {
        foreach (var file in folder.EnumerateFiles().Where(IsText))
            found.Add(
                new SourceFile(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), System.IO.File.ReadAllText(file.FullName)));
        foreach (var inner in folder.EnumerateDirectories().Where(inner => !Unowned.Contains(inner.Name) && inner.LinkTarget is null))
            Collect(inner, found);
    }

    // The scripts at the root (starling, test, .ci/run) have no ending.
    private static bool IsText(FileInfo file) =>
        file.Length <= LargestText
            && (!file.Name.Contains('.') || TextEndings.Any(ending => file.Name.EndsWith(ending, StringComparison.Ordinal)));
}
