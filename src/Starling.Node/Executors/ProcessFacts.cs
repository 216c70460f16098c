using System.Globalization;

namespace Starling.Node.Executors;

/// <summary>
/// What <c>/proc</c> says of a process (proc(5)). An id and its start name a process for good; an id alone is used again. Its processor
/// time has in it what it inherited: that of those of its children of whose death it took notice.
/// </summary>
internal readonly record struct ProcessFacts(int Id, int Parent, int Session, long Start, bool IsDead, int Threads, TimeSpan Processor,
    TimeSpan Inherited, long ResidentBytes)
{
    private const string Folder = "/proc";
    private const int TicksPerSecond = 100;
    private const int MaxEnvironmentBytes = 4 << 20;

    /// <summary>Every process that is visible, none where there is no such folder.</summary>
    public static List<ProcessFacts> All()
    {
        var all = new List<ProcessFacts>();
        if (!Directory.Exists(Folder))
            return all;
        foreach (var folder in Directory.EnumerateDirectories(Folder))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Of(id) is { } facts)
                all.Add(facts);
        }

        return all;
    }

    /// <summary>Whether it still runs: it is neither gone nor, all its memory given back, on its way there.</summary>
    public bool StillRuns() => Of(Id) is { IsDead: false, ResidentBytes: > 0 } now && now.Start == Start;

    /// <summary>One process; null if it is gone.</summary>
    public static ProcessFacts? Of(int id)
    {
        try
        {
            var text = File.ReadAllText($"{Folder}/{id}/stat");
            // The name, in brackets, is the process's own choice and may hold anything; nothing after it does.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new ProcessFacts(id, (int)Field(4), (int)Field(6), Field(22), fields[0] is "Z" or "X", (int)Field(20),
                Ticks(Field(14) + Field(15) + Field(16) + Field(17)), Ticks(Field(16) + Field(17)),
                Field(24) * Environment.SystemPageSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether the environment that a process was started with holds these bytes; null while that is not known, since the process is
    /// just becoming another program: for that moment it has neither an environment nor arguments. Whoever only forgets his
    /// environment keeps his arguments.
    /// </summary>
    public static bool? EnvironmentHolds(int id, ReadOnlySpan<byte> text)
    {
        try
        {
            var environment = Read($"{Folder}/{id}/environ");
            return environment.Length == 0 && Read($"{Folder}/{id}/cmdline").Length == 0 ? null : environment.IndexOf(text) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The control groups that it is in, a line each; none if it is gone.</summary>
    public static string[] GroupsOf(int id)
    {
        try
        {
            return File.ReadAllLines($"{Folder}/{id}/cgroup");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static TimeSpan Ticks(long count) => TimeSpan.FromSeconds(count / (double)TicksPerSecond);

    private static ReadOnlySpan<byte> Read(string path)
    {
        using var file = File.OpenHandle(path);
        var bytes = new byte[4096];
        var length = 0;
        while (length < MaxEnvironmentBytes)
        {
            var count = RandomAccess.Read(file, bytes.AsSpan(length), length);
            if (count == 0)
                break;
            length += count;
            if (length == bytes.Length)
                Array.Resize(ref bytes, bytes.Length * 2);
        }

        return bytes.AsSpan(0, length);
    }
}
