using System.Security.Cryptography.X509Certificates;
using Microsoft.Win32.SafeHandles;

namespace Starling.Bench.Wire;

/// <summary>
/// What a round moves and announces, done barely: every author writes and syncs its update, the others' go to the leader over TLS, the
/// leader writes and syncs the merge, which goes to the others over TLS. Nothing is read, hashed, merged or agreed upon.
/// </summary>
internal sealed class BareRound(IReadOnlyList<BareTls> links, BenchmarkFolder folder) : IAsyncDisposable
{
    private const int WriteBytes = 1 << 20;

    private static readonly byte[] Content = new byte[WriteBytes];

    public static async Task<BareRound> ConnectAsync(BenchmarkTrust trust, int nodes, BenchmarkFolder folder)
    {
        X509Certificate2 Certificate(int node) => trust.Certificate(BenchmarkTrust.Id(node));
        var leader = Certificate(0);
        var links = new List<BareTls>();
        for (var i = 1; i < nodes; i++)
            links.Add(await BareTls.ConnectAsync(leader, Certificate(i)));
        return new BareRound(links, folder);
    }

    /// <summary>One round.</summary>
    /// <param name="bytes">The model's length.</param>
    /// <param name="everywhere">Whether the others write and sync the merge too, as each announces that it holds it; otherwise
    /// the leader alone.</param>
    public async Task RunAsync(long bytes, bool everywhere)
    {
        await Task.WhenAll(Enumerable.Range(0, links.Count + 1).Select(node => Task.Run(() => Write($"update-{node}", bytes))));
        await MoveAsync(bytes);
        Write("merge-0", bytes);
        await MoveAsync(bytes);
        if (everywhere)
            await Task.WhenAll(Enumerable.Range(1, links.Count).Select(node => Task.Run(() => Write($"merge-{node}", bytes))));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in links)
            await link.DisposeAsync();
    }

    private Task MoveAsync(long bytes) => Task.WhenAll(links.Select(link => link.MoveAsync(bytes)));

    private void Write(string name, long bytes)
    {
        var path = Path.Combine(folder.Of("bare"), name);
        File.Delete(path);
        using SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, preallocationSize: bytes);
        for (var at = 0L; at < bytes; at += WriteBytes)
            RandomAccess.Write(file, Content.AsSpan(0, (int)Math.Min(WriteBytes, bytes - at)), at);
        RandomAccess.FlushToDisk(file);
    }
}
