using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.Scaffolding;

/// <summary>
/// The folder of a new project. It is filled under another name and appears as a whole, so that nothing half made is left and
/// nothing is ever overwritten.
/// </summary>
internal sealed class ProjectFolder : IDisposable
{
    private readonly string beside;

    /// <summary>Begins one.</summary>
    /// <param name="path">Where it is to be.</param>
    /// <exception cref="CommandException">Something is there.</exception>
    public ProjectFolder(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        if (Directory.Exists(Path) || File.Exists(Path))
            throw new CommandException(ExitCode.Usage,
                $"{path} is there already, and nothing is overwritten; choose another name, or remove it.");
        var parent = System.IO.Path.GetDirectoryName(Path) ?? "/";
        beside =
            Directory.CreateDirectory(System.IO.Path.Combine(parent, $".{System.IO.Path.GetFileName(Path)}.{Guid.NewGuid():N}")).FullName;
    }

    /// <summary>Where it will be, as a full path.</summary>
    public string Path { get; }

    /// <summary>Puts a file into it.</summary>
    /// <returns>Where the file is for now.</returns>
    public string Write(string name, string text)
    {
        var path = System.IO.Path.Combine(beside, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Lets it appear.</summary>
    public void Finish()
    {
        // Fails where something has come to be there meanwhile.
        Directory.Move(beside, Path);
    }

    /// <summary>Removes what did not appear.</summary>
    public void Dispose()
    {
        if (Directory.Exists(beside))
            Directory.Delete(beside, recursive: true);
    }
}
