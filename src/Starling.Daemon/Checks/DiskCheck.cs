using System.Diagnostics;
using System.Globalization;
using Starling.Api.Checks;

namespace Starling.Daemon.Checks;

/// <summary>Whether the node's folder can be written, how much room it has, and how long its disk takes to keep something.</summary>
internal static class DiskCheck
{
    private const string Name = "disk";
    private const long LeastRoom = 100_000_000, LittleRoom = 2_000_000_000;
    private const int Syncs = 5;
    private static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(100);

    public static IEnumerable<CheckResult> Examine(string folder)
    {
        var existing = folder;
        while (!Directory.Exists(existing))
            existing = Path.GetDirectoryName(existing) ?? "/";
        return [Room(existing), Writing(folder, existing)];
    }

    private static CheckResult Room(string folder)
    {
        var room = new DriveInfo(folder).AvailableFreeSpace;
        var finding = string.Create(CultureInfo.InvariantCulture, $"{folder} has room for {room / 1e9:0.0} GB.");
        return room < LeastRoom ? CheckResult.Fail(Name, finding, "Make room; a node without it stops.")
            : room < LittleRoom
                ? CheckResult.Warn(Name, finding,
                    "Make room for some rounds of models, or name another folder under 'folder' in node.yaml.")
            : CheckResult.Ok(Name, finding);
    }

    private static CheckResult Writing(string folder, string existing)
    {
        var file = Path.Combine(existing, $".starling-doctor-{Environment.ProcessId}");
        try
        {
            var times = new List<TimeSpan>();
            using (var stream = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                for (var i = 0; i < Syncs; i++)
                {
                    var start = Stopwatch.GetTimestamp();
                    stream.Write(new byte[4096]);
                    stream.Flush(flushToDisk: true);
                    times.Add(Stopwatch.GetElapsedTime(start));
                }

            var middle = times.Order().ElementAt(Syncs / 2);
            var finding = string.Create(CultureInfo.InvariantCulture,
                $"{(existing == folder ? folder : $"{folder} can be made, and")} can be written; to keep 4 KiB takes {middle.TotalMilliseconds:0.0} ms.");
            return middle > SlowSync
                ? CheckResult.Warn(Name, finding, "Each round waits for several of these; use a faster disk.")
                : CheckResult.Ok(Name, finding);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CheckResult.Fail(Name, $"{folder} cannot be written: {e.Message}",
                "Give the user that runs the node the right to write there, or name another folder under 'folder' in node.yaml.");
        }
    }
}
