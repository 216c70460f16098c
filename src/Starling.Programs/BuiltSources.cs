using System.Reflection;

namespace Starling.Programs;

/// <summary>
/// Finds a program that was changed and not built again: it would train as it was before, and nobody would see why nothing changed.
/// </summary>
internal static class BuiltSources
{
    /// <summary>What a project calls the folder of its sources in its assembly's metadata.</summary>
    private const string Key = "StarlingSources";

    /// <summary>Checks the program that runs.</summary>
    /// <exception cref="SwarmProgramException">It is older than its sources.</exception>
    public static void Check()
    {
        if (Assembly.GetEntryAssembly() is { Location.Length: > 0 } program)
            Check(program.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(data => data.Key == Key)?.Value,
                program.Location);
    }

    /// <summary>Checks one.</summary>
    /// <param name="folder">The folder of its sources; null, or no folder any more, for a program that is away from them.</param>
    /// <param name="assembly">What was built of them.</param>
    public static void Check(string? folder, string assembly)
    {
        if (folder is null || !Directory.Exists(folder))
            return;
        var built = File.GetLastWriteTimeUtc(assembly);
        if (Directory.EnumerateFiles(folder, "*.cs").FirstOrDefault(source => File.GetLastWriteTimeUtc(source) > built) is { } newer)
            throw new SwarmProgramException($"{newer} has changed since the program was built; build it: dotnet build {folder}");
    }
}
