using Starling.Learning.Data;
using Starling.Learning.Data.Profiles;

namespace Starling.Fuzz.Targets;

/// <summary>A table of comma-separated values: <see cref="CsvLoader"/>, and <see cref="CsvProfiler"/>, which must find a fault in what that refuses and in nothing else.</summary>
internal sealed class CsvTarget : IFuzzTarget
{
    private static readonly DataLimits Limits = new(Values: 256, Columns: 16, Rows: 32, Classes: 8, LineCharacters: 512);

    public string Name => "csv";

    public int UsualBytes => 512;

    public LengthForm Lengths => LengthForm.None;

    public IReadOnlyList<string> Parsers { get; } = ["Starling.Learning.Data.CsvLoader", "Starling.Learning.Data.CsvHead", "Starling.Learning.Data.CsvFields", "Starling.Learning.Data.BoundedLineReader"];

    public IReadOnlyList<byte[]> Words { get; } =
        [.. FuzzWords.Of(",", "\"", "\"\"", "\n", "\r\n", "1", "-1.5", "1e400", "1e38", "NaN", "Infinity", "x", "label", "1,2,3\n", ",,,,,,,,,,,,,,,,,,", " ", "\ufeff"), [0xff]];

    public IEnumerable<byte[]> Seeds() => FuzzWords.Of(
        "a,b,label\n1,2,x\n3,4,y\n", "1,2,3\n4,5,6\n", "1,\"2\",\"a \"\"b\"\"\"\r\n", "\ufeffx,y\n0.5,7\n\n1,8", "a,label,b\n1,2,3", "1\n",
        string.Concat(Enumerable.Range(0, 40).Select(row => $"1,{row % 7}\n")), string.Concat(Enumerable.Range(0, 20).Select(row => $"1,{row}\n")), new string('1', 600) + ",2\n");

    public bool Parse(byte[] input)
    {
        // Both ways to name the label, told apart by something that an input decides.
        var format = new CsvFormat(input.Length % 3 == 0 ? "label" : input.Length % 3 == 1 ? "last" : "1");
        var loads = Succeeds(input, stream => CsvLoader.Load("table.csv", stream, format, Limits).Rows > 0);
        var isClean = Succeeds(input, stream => CsvProfiler.Read("table.csv", stream, format, null, Limits).Faults.IsEmpty);
        return loads == isClean ? loads : throw new InvalidOperationException(loads ? "The profiler finds a fault in what loads." : "The profiler finds no fault in what does not load.");
    }

    private static bool Succeeds(byte[] input, Func<Stream, bool> read)
    {
        try
        {
            using var stream = new MemoryStream(input, writable: false);
            return read(stream);
        }
        catch (DataException)
        {
            return false;
        }
    }
}
