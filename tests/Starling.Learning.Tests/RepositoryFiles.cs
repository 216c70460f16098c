namespace Starling.Learning.Tests;

/// <summary>The repository that the tests were built from.</summary>
internal static class RepositoryFiles
{
    public static string Find(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Starling.slnx")))
            folder = folder.Parent;
        return Path.Combine([folder?.FullName ?? throw new InvalidOperationException("There is no repository above the tests."), .. path]);
    }
}
