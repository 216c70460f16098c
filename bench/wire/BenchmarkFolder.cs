namespace Starling.Bench.Wire;

/// <summary>A folder of its own on a real disk, removed at the end.</summary>
internal sealed class BenchmarkFolder : IDisposable
{
    private readonly string root;

    public BenchmarkFolder(string? parent) =>
        root = Directory.CreateDirectory(Path.Combine(parent ?? Path.GetTempPath(), $"starling-wire-{Environment.ProcessId}")).FullName;

    public string Of(string name) => Directory.CreateDirectory(Path.Combine(root, name)).FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);
}
