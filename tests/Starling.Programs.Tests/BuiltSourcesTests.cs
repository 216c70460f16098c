namespace Starling.Programs.Tests;

public sealed class BuiltSourcesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-programs-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if a program that was changed trains as it was before, or one that was built cannot start.</summary>
    [Fact]
    public void A_program_that_changed_since_it_was_built_is_refused()
    {
        var (source, built) = (Path.Combine(folder, "Program.cs"), Path.Combine(folder, "program.dll"));
        File.WriteAllText(source, "");
        File.WriteAllText(built, "");
        File.SetLastWriteTimeUtc(source, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(built, new DateTime(2026, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        BuiltSources.Check(folder, built);
        BuiltSources.Check(null, built);
        BuiltSources.Check(Path.Combine(folder, "elsewhere"), built);
        File.SetLastWriteTimeUtc(source, new DateTime(2026, 1, 3, 0, 0, 0, DateTimeKind.Utc));
        Assert.Contains($"dotnet build {folder}", Assert.Throws<SwarmProgramException>(() => BuiltSources.Check(folder, built)).Message,
            StringComparison.Ordinal);
    }
}
