using System.Text.Json;

namespace Starling.Api.Events;

/// <summary>Reads a node's <c>events.jsonl</c>: one event a line, in the order of the cursors.</summary>
public static class EventFile
{
    /// <summary>The file's name in a node's folder.</summary>
    public const string Name = "events.jsonl";

    /// <summary>The longest line that is read, in characters.</summary>
    public const int MaxLineLength = 1 << 20;

    /// <summary>Reads the events one by one. A last line that a crash cut short, and any line that is not an event, is left out.</summary>
    /// <param name="path">The file; a missing one has no events. It may be written meanwhile.</param>
    public static IEnumerable<ApiEvent> Read(string path)
    {
        if (!File.Exists(path))
            yield break;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var line = new System.Text.StringBuilder();
        for (var next = reader.Read(); next >= 0; next = reader.Read())
        {
            if (next != '\n')
            {
                if (line.Length <= MaxLineLength)
                    line.Append((char)next);
                continue;
            }

            if (line.Length <= MaxLineLength && TryParse(line.ToString()) is { } parsed)
                yield return parsed;
            line.Clear();
        }
    }

    private static ApiEvent? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ApiJson.Default.ApiEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
