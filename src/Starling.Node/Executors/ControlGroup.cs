using System.Globalization;

namespace Starling.Node.Executors;

/// <summary>
/// A control group of one work: the kernel counts and limits all its processes together, and none of them leaves unnoticed.
/// </summary>
/// <remarks>Documentation/admin-guide of Linux: cgroup-v1 and cgroup-v2. What a controller that is absent would say is null.</remarks>
internal abstract class ControlGroup
{
    /// <summary>What a process writes "0" to in order to join.</summary>
    public abstract IEnumerable<string> Joins { get; }

    /// <summary>The most memory at once, in bytes.</summary>
    public abstract long? PeakMemoryBytes { get; }

    /// <summary>How many processes were ended for want of memory.</summary>
    public abstract long? MemoryKills { get; }

    /// <summary>Processor time so far.</summary>
    public abstract TimeSpan? Processor { get; }

    /// <summary>How often a process or a thread was refused.</summary>
    public abstract long? Refusals { get; }

    /// <summary>The processes in it.</summary>
    public IEnumerable<int> Members() =>
        Joins.SelectMany(Lines).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).Where(id => id > 0).Distinct();

    /// <summary>Keeps new processes from being made, or ends all at once where the kernel can. Without effect where it cannot.</summary>
    public abstract void Close();

    /// <summary>Removes the group. It may fail for a moment after its last process ended.</summary>
    /// <returns>Whether it is gone.</returns>
    public bool TryRemove()
    {
        var gone = true;
        foreach (var folder in Joins.Select(join => Path.GetDirectoryName(join)!).Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                gone = false;
            }
        }

        return gone;
    }

    /// <summary>Writes a value; false if the kernel refuses or there is no such file.</summary>
    protected static bool Write(string path, string value)
    {
        try
        {
            if (!File.Exists(path))
                return false;
            File.WriteAllText(path, value);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Writes a limit that the kernel must keep.</summary>
    /// <exception cref="ExecutorException">It refuses.</exception>
    protected static void Limit(string path, long value)
    {
        if (!Write(path, value.ToString(CultureInfo.InvariantCulture)))
            throw new ExecutorException($"The kernel refuses the limit {value} in {path}.");
    }

    /// <summary>A file's lines; none if it is gone.</summary>
    protected static string[] Lines(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllLines(path) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>The number that a file holds, alone or on the line that starts with the key; null if it has none.</summary>
    protected static long? Number(string? folder, string file, string key = "")
    {
        if (folder is null)
            return null;
        foreach (var line in Lines(Path.Combine(folder, file)))
        {
            var text = key.Length == 0 ? line : line.StartsWith(key + ' ', StringComparison.Ordinal) ? line[(key.Length + 1)..] : "";
            if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return number;
        }

        return null;
    }
}
