using System.ComponentModel;
using System.Globalization;
using System.Text;

namespace Starling.Node.Executors;

/// <summary>The folders of programs that are over.</summary>
public static class WorkFolders
{
    private const int MostNamed = 3;

    /// <summary>
    /// Deletes one, or all of it that goes: whatever names and permissions the program gave, and however deep it nested folders.
    /// </summary>
    /// <returns>What is left and why, as a sentence; null if nothing is.</returns>
    public static string? Delete(string folder)
    {
        var left = new List<string>();
        try
        {
            if (OperatingSystem.IsLinux())
                Empty(folder, left);
            Directory.Delete(folder, recursive: !OperatingSystem.IsLinux());
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or Win32Exception)
        {
            if (left.Count == 0)
                left.Add(fault.Message.TrimEnd('.'));
            return string.Create(CultureInfo.InvariantCulture,
                $"{left.Count} things keep the work folder {folder} from being deleted, such as {string.Join(", ", left.Take(MostNamed))}; delete it by hand.");
        }
    }

    private static void Empty(string folder, List<string> left)
    {
        if (LinuxCalls.Facts(folder) is { IsFolder: true })
            LinuxFolder.MakeWritable(folder);
        using var top = LinuxFolder.Open(folder);
        var waiting = new Queue<byte[]>(top?.Names() ?? []);
        while (waiting.TryDequeue(out var name))
        {
            var error = top!.Remove(name);
            if (error == LinuxFolder.NotEmpty)
                error = Empty(top, name, waiting, left);
            if (error != 0)
                left.Add(Told(error, name));
        }
    }

    // What is in there, and has something in it, comes to the top, so that neither the depth nor the length of a path matters.
    private static int Empty(LinuxFolder top, byte[] name, Queue<byte[]> waiting, List<string> left)
    {
        top.MakeWritable(name);
        var stays = false;
        try
        {
            using var folder = top.Open(name);
            foreach (var inner in folder?.Names().ToArray() ?? [])
            {
                var error = folder!.Remove(inner);
                if (error == LinuxFolder.NotEmpty)
                {
                    var moved = LinuxCalls.Name($"{Guid.NewGuid():N}");
                    folder.MakeWritable(inner);
                    error = folder.Move(inner, top, moved);
                    if (error == 0)
                        waiting.Enqueue(moved);
                }

                stays |= error != 0;
                if (error != 0)
                    left.Add(Told(error, name, inner));
            }
        }
        catch (Win32Exception fault)
        {
            return fault.NativeErrorCode;
        }

        return stays ? 0 : top.Remove(name);
    }

    private static string Told(int error, params byte[][] names) =>
        $"{string.Join('/', names.Select(name => Encoding.UTF8.GetString(name.AsSpan(..^1))))} ({new Win32Exception(error).Message})";
}
