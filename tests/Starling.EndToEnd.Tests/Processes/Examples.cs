namespace Starling.EndToEnd.Tests.Processes;

/// <summary>The experiments that the repository shows.</summary>
internal static class Examples
{
    /// <summary>The path of an example.</summary>
    public static string Path(string name)
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(at.FullName, "Starling.slnx")))
            at = at.Parent ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        return System.IO.Path.Combine(at.FullName, "examples", name);
    }
}
