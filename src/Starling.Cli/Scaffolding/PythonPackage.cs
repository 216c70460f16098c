namespace Starling.Cli.Scaffolding;

/// <summary>Where the Python package lies that came with this command line.</summary>
internal static class PythonPackage
{
    /// <summary>The folder to put on Python's path: beside the command line, or in the repository that it was built in.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        var beside = Path.Combine(AppContext.BaseDirectory, "python");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null
            && !Directory.Exists(beside); folder = folder.Parent)
            if (Path.Combine(folder.FullName, "clients", "python") is var inner && Directory.Exists(Path.Combine(inner, "starling")))
                return inner;
        return beside;
    }
}
