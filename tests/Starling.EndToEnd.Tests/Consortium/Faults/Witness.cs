using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Starling.Api;
using Starling.Api.Events;

namespace Starling.EndToEnd.Tests.Consortium.Faults;

/// <summary>Reads along what a node that is never killed tells of a contract.</summary>
/// <param name="path">The node's <c>events.jsonl</c>.</param>
/// <param name="contract">The contract.</param>
internal sealed class Witness(string path, string contract)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly List<ApiEvent> events = [];
    private readonly List<RoundCommittedEvent> commits = [];
    private byte[] unread = [];
    private long read = File.Exists(path) ? new FileInfo(path).Length : 0;

    /// <summary>All that it told since there is this witness.</summary>
    public IReadOnlyList<ApiEvent> Events => events;

    /// <summary>The rounds that it told, in order.</summary>
    public IReadOnlyList<RoundCommittedEvent> Commits => commits;

    /// <summary>The last round that it told; 0 for none.</summary>
    public long Round => commits.Count == 0 ? 0 : commits[^1].Round;

    /// <summary>Reads what is new until something holds.</summary>
    /// <returns>Whether it did within the limit.</returns>
    public async Task<bool> UntilAsync(Func<bool> holds, TimeSpan limit, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            Read();
            if (holds())
                return true;
            if (Stopwatch.GetElapsedTime(began) > limit)
                return false;
            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>Reads what is new.</summary>
    public void Read()
    {
        if (!File.Exists(path))
            return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[unread.Length + Math.Max(0, file.Length - read)];
        unread.CopyTo(bytes, 0);
        file.Position = read;
        file.ReadExactly(bytes.AsSpan(unread.Length));
        read = file.Position;
        var begin = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', begin)) >= 0; begin = end + 1)
            if (Encoding.UTF8.GetString(bytes[begin..end]) is var line
                && line.Contains($"\"contract\":\"{contract}\"", StringComparison.Ordinal)
                && JsonSerializer.Deserialize(line, ApiJson.Default.ApiEvent) is { } told)
                Add(told);
        unread = bytes[begin..];
    }

    private void Add(ApiEvent told)
    {
        events.Add(told);
        if (told is RoundCommittedEvent commit)
            commits.Add(commit);
    }
}
