using System.IO.Compression;
using System.IO.Pipes;
using System.Text;
using Starling.Learning.Data;

namespace Starling.Learning.Tests.Data;

public sealed class CsvLoaderTests
{
    [Fact]
    public void ASmallFileTakesLittleMemory()
    {
        Load("1,2\n");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Load("1,2\n");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
    }


    [Fact]
    public void RowsWithoutAHeader()
    {
        var data = Load("1,2,a\n3,4,b\r\n\n5,6e-1,a");
        Assert.Equal((3, 2, 2), (data.Rows, data.Columns, data.Classes));
        Assert.Equal([1f, 2f, 3f, 4f, 5f, 0.6f], data.Features.ToArray());
        Assert.Equal([0, 1, 0], data.Labels.ToArray());
        Assert.Equal(["a", "b"], data.ClassNames);
    }

    [Theory]
    [InlineData("last")]
    [InlineData("2")]
    [InlineData("kind, of")]
    public void AHeaderAndTheWaysToNameTheLabel(string label)
    {
        var data = Load("\uFEFFx ,\"y \"\"z\",\"kind, of\"\n1,2,10\n\"3\",4,9\n", new CsvFormat(label, DivideBy: 2));
        Assert.Equal([0.5f, 1f, 1.5f, 2f], data.Features.ToArray());
        Assert.Equal(["9", "10"], data.ClassNames);
        Assert.Equal([1, 0], data.Labels.ToArray());
    }

    [Fact]
    public void ALabelInFront()
    {
        var data = Load("label,x\nyes,1\nno,2\n", new CsvFormat("label"));
        Assert.Equal(["no", "yes"], data.ClassNames);
        Assert.Equal([1f, 2f], data.Features.ToArray());
    }

    /// <summary>Red if names of columns that are numbers are trained on as a row.</summary>
    [Theory]
    [InlineData("label", "0,1,label\n5,6,a\n7,8,b\n", "a,b")]
    [InlineData("label", "label,0,1\na,5,6\nb,7,8\n", "a,b")]
    [InlineData("last", "0,1,label\n5,6,a\n7,8,b\n9,9,b\n", "a,b")]
    [InlineData("last", "1,2,3,target\n5,6,7,0\n\n7,8,9,1\n", "0,1")]
    [InlineData("0", "4,0,1,2,3\n0,5,6,7,8\n1,7,8,9,9\n0,9,9,9,9\n", "0,1")]
    [InlineData("2", "0,1,2,3,4\n5,6,a,7,8\n7,8,b,9,9\n9,9,b,9,9\n", "a,b")]
    [InlineData("1", "1,label,2\n5,a,6\n7,b,8\n9,b,9\n", "a,b")]
    public void AHeaderOfNumbers(string label, string text, string classes)
    {
        var data = Load(text, new CsvFormat(label));
        Assert.Equal(classes.Split(','), data.ClassNames);
        Assert.Equal(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length - 1, data.Rows);
        Assert.Equal(data.Columns, data.ColumnNames.Length);
        var error = Assert.Throws<DataException>(() => Load(text + "x", new CsvFormat(label)));
        Assert.Contains($"line {text.Split('\n').Length}: has 1 fields", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Red if a row is lost whose features happen to count.</summary>
    [Theory]
    [InlineData("0,1,a\n5,6,b\n7,8,a\n")]
    [InlineData("0,1,a\n5,6,b\n7,8,c\n")]
    [InlineData("0,1,a\n")]
    [InlineData("1,a\n2,b\n3,b\n")]
    [InlineData("0,2,a\n5,6,b\n7,8,b\n")]
    [InlineData("3,2,last\n5,6,first\n7,8,last\n")]
    [InlineData("0,1,3,last\n5,6,7,first\n7,8,9,first\n")]
    public void ARowThatCounts(string text) => Assert.Equal(text.Count(c => c == '\n'), Load(text).Rows);

    [Theory]
    [InlineData("", "file.csv, line 1: is empty; put at least one row into it.")]
    [InlineData("a,b\n", "file.csv, line 1: has a header and no rows; add rows.")]
    [InlineData("1\n",
        "file.csv, line 1: has a single field; separate fields with commas; a row needs at least one feature and the label.")]
    [InlineData("1,2,a\n1,a\n", "file.csv, line 2: has 2 fields where the first line has 3; give every row the same number of fields.")]
    [InlineData("1,a\nx,a\n", "file.csv, line 2: field 1 is 'x', not a finite number; correct it or take the column out.")]
    [InlineData("1,a\nNaN,a\n", "file.csv, line 2: field 1 is 'NaN', not a finite number; correct it or take the column out.")]
    [InlineData("1,a\n1e999,a\n", "file.csv, line 2: field 1 is '1e999', not a finite number; correct it or take the column out.")]
    [InlineData("1,a\n1,\n", "file.csv, line 2: field 2, the label, is empty; give every row a label.")]
    [InlineData("1,\"a\n1,b\n", "file.csv, line 1: field 2 has an opening quote and no closing one; close it; a field cannot span lines.")]
    [InlineData("1,\"a\"b\n", "file.csv, line 1: field 2 goes on behind its closing quote; double the quotes inside a quoted field.")]
    public void MalformedTextIsRefused(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<DataException>(() => Load(text)).Message);

    [Theory]
    [InlineData("colour")]
    [InlineData("2")]
    [InlineData("-1")]
    public void AnUnknownLabelColumnIsRefused(string label)
    {
        var e = Assert.Throws<DataException>(() => Load("x,y\n1,2\n", new CsvFormat(label)));
        Assert.Equal($"file.csv, line 1: has no column '{label}' for the label; name a column of the header, an index from 0 to 1, or 'last'.", e.Message);
    }

    [Fact]
    public void EveryLimitIsKept()
    {
        AssertRefused("1,2,3,a\n", new DataLimits(Columns: 2), "line 1: has 4 fields, more than 2");
        AssertRefused("1,a\n1,a\n1,a\n", new DataLimits(Rows: 2), "line 3: is beyond the limit of 2 rows");
        AssertRefused("1,1,a\n1,1,a\n", new DataLimits(Values: 3), "line 2: is beyond the limit");
        AssertRefused("1,a\n1,b\n1,c\n", new DataLimits(Classes: 2), "column 2 has 3 different labels, more than 2");
        AssertRefused($"1,{new string('a', 99)}\n", new DataLimits(LineCharacters: 50), "line 1: is longer than 50 characters");
    }

    [Fact]
    public void OtherEncodingsAreRefused()
    {
        var e = Assert.Throws<DataException>(
            () => CsvLoader.Load("file.csv", new MemoryStream([0x31, 0x2C, 0xFF, 0xFE, 0x0A]), new CsvFormat()));
        Assert.Contains("is not UTF-8 text; save it as UTF-8", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesArePlainOrCompressed()
    {
        using var folder = new TemporaryFolder();
        var plain = folder.Write("a.csv", Encoding.UTF8.GetBytes("1,a\n2,b\n"));
        var compressed = folder.Write("b.csv.gz", Compress("1,a\n2,b\n"));
        Assert.Equal(CsvLoader.Load(plain, new CsvFormat()).Features.ToArray(),
            CsvLoader.Load(compressed, new CsvFormat()).Features.ToArray());
        var damaged = folder.Write("c.csv.gz", [0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
        Assert.Contains("the gzip data is damaged", Assert.Throws<DataException>(() => CsvLoader.Load(damaged, new CsvFormat())).Message,
            StringComparison.Ordinal);
        var missing = Path.Combine(folder.Path, "none.csv");
        Assert.Equal($"{missing}: there is no such file; correct the path or put the file there.",
            Assert.Throws<DataException>(() => CsvLoader.Load(missing, new CsvFormat())).Message);
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => CsvLoader.Load(folder.Path, new CsvFormat())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheDigitsComeWithTheAssembly()
    {
        var digits = DigitsData.Load();
        Assert.Equal((1797, 64, 10), (digits.Rows, digits.Columns, digits.Classes));
        Assert.Equal(0, digits.Features.ToArray().Min());
        Assert.Equal(1, digits.Features.ToArray().Max());
        Assert.Equal("0123456789", string.Concat(digits.ClassNames));
        Assert.All(Enumerable.Range(0, 10), c => Assert.InRange(digits.Labels.ToArray().Count(label => label == c), 170, 190));
    }

    private static byte[] Compress(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }

    /// <summary>Red if rows that come by a pipe, which cannot be read twice, are something unforeseen.</summary>
    [Fact]
    public void APipeIsRefused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a pipe has no path.");
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In);
        var path = $"/proc/self/fd/{pipe.SafePipeHandle.DangerousGetHandle()}";
        Assert.Equal($"{path}: is a pipe, and rows are read from files; save it as one.",
            Assert.Throws<DataException>(() => CsvLoader.Load(path, new CsvFormat())).Message);
    }

    private static DataSet Load(string text, CsvFormat? format = null, DataLimits? limits = null) =>
        CsvLoader.Load("file.csv", new MemoryStream(Encoding.UTF8.GetBytes(text)), format ?? new CsvFormat(), limits);

    private static void AssertRefused(string text, DataLimits limits, string expected) =>
        Assert.Contains(expected, Assert.Throws<DataException>(() => Load(text, limits: limits)).Message, StringComparison.Ordinal);
}
