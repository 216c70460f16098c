using System.Text;

namespace Starling.Learning.Data;

/// <summary>Reads lines of UTF-8 text, none longer than a bound.</summary>
internal sealed class BoundedLineReader(string name, Stream stream, int longest) : IDisposable
{
    private readonly StreamReader reader = new(
        stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true),
        detectEncodingFromByteOrderMarks: false, 1 << 12);

    private readonly char[] buffer = new char[1 << 12];
    private readonly StringBuilder line = new();
    private readonly Queue<string> ahead = [];
    private int at, end, cut;

    /// <summary>The number of the line last read, from 1.</summary>
    public int Line => cut - ahead.Count;

    /// <summary>The next line without its end (LF or CR LF); null after the last.</summary>
    public string? Next() => ahead.TryDequeue(out var next) ? next : Cut();

    /// <summary>The next lines, which stay to be read, as many as there are and are wanted.</summary>
    public IReadOnlyCollection<string> Ahead(int most)
    {
        while (ahead.Count < most && Cut() is { } next)
            ahead.Enqueue(next);
        return ahead;
    }

    public void Dispose() => reader.Dispose();

    private string? Cut()
    {
        line.Clear();
        while (true)
        {
            if (at == end && !Fill())
                return line.Length == 0 ? null : Finish();
            var rest = buffer.AsSpan(at, end - at);
            var stop = rest.IndexOf('\n');
            line.Append(stop < 0 ? rest : rest[..stop]);
            if (line.Length > longest)
                throw new DataException($"{name}, line {cut + 1}: is longer than {longest:N0} characters; check that this is a text file with one row a line.");
            at = stop < 0 ? end : at + stop + 1;
            if (stop >= 0)
                return Finish();
        }
    }

    private bool Fill()
    {
        try
        {
            (at, end) = (0, reader.Read(buffer));
            return end > 0;
        }
        catch (DecoderFallbackException e)
        {
            throw new DataException($"{name}, near line {cut + 1}: is not UTF-8 text; save it as UTF-8.", e);
        }
    }

    private string Finish()
    {
        cut++;
        if (line.Length > 0 && line[^1] == '\r')
            line.Length--;
        if (cut == 1 && line.Length > 0 && line[0] == '\uFEFF')
            line.Remove(0, 1);
        return line.ToString();
    }
}
