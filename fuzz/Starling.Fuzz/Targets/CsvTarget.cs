using Starling.Learning.Data;

namespace Starling.Fuzz.Targets;

/// <summary>A table of comma-separated values: <see cref="CsvLoader"/>.</summary>
internal sealed class CsvTarget : IFuzzTarget
{
    private static readonly DataLimits Limits = new(Values: 256, Columns: 16, Rows: 32, Classes: 8, LineCharacters: 512);

    public string Name => "csv";

    public int UsualBytes => 512;

    public LengthForm Lengths => LengthForm.None;

    public IReadOnlyList<string> Parsers { get; } = ["Starling.Learning.Data.CsvLoader", "Starling.Learning.Data.CsvHead",
        "Starling.Learning.Data.CsvFields", "Starling.Learning.Data.BoundedLineReader"];

    public IReadOnlyList<byte[]> Words { get; } =
        [.. FuzzWords.Of(",", "\"", "\"\"", "\n", "\r\n", "1", "-1.5", "1e400", "1e38", "NaN", "Infinity", "x", "label", "1,2,3\n",
            ",,,,,,,,,,,,,,,,,,", " ", "\ufeff"), [0xff]];

    public IEnumerable<byte[]> Seeds() => FuzzWords.Of(
        "a,b,label\n1,2,x\n3,4,y\n", "1,2,3\n4,5,6\n", "1,\"2\",\"a \"\"b\"\"\"\r\n", "\ufeffx,y\n0.5,7\n\n1,8", "a,label,b\n1,2,3", "1\n",
        string.Concat(Enumerable.Range(0, 40).Select(row => $"1,{row % 7}\n")),
        string.Concat(Enumerable.Range(0, 20).Select(row => $"1,{row}\n")), new string('1', 600) + ",2\n");

    public bool Parse(byte[] input)
    {
        try
        {
            // Both ways to name the label, told apart by something that an input decides.
            var format = new CsvFormat(input.Length % 3 == 0 ? "label" : input.Length % 3 == 1 ? "last" : "1");
            using var stream = new MemoryStream(input, writable: false);
            CsvLoader.Load("table.csv", stream, format, Limits);
            return true;
        }
        catch (DataException)
        {
            return false;
        }
    }
}
