using System.Collections.Immutable;
using System.Text;
using Starling.Learning.Data;
using Starling.Learning.Data.Profiles;

namespace Starling.Learning.Tests.Data.Profiles;

/// <summary>Each advice comes for rows that need it; each test is red if its advice is missing.</summary>
public sealed class DataAdviceTests
{
    private static readonly string Good = "a,b,y\n" + Rows(100, i => $"{i * 7 % 10},{i % 3 / 2.0},{(i / 3 % 2 == 0 ? "no" : "yes")}");

    [Fact]
    public void GoodRowsNeedNone() =>
        Assert.Empty(Of("u,v,kind\n" + Rows(200, i => $"{Wave(i, 1)},{Wave(i, 2)},{(i % 2 == 0 ? "no" : "yes")}")));

    [Theory]
    [InlineData("label,b,c\n", "if that is it, say --label label")]
    [InlineData("a,a,c\n", "2 columns are called 'a'")]
    [InlineData("1,,3\n", "The first line is taken for a header")]
    public void OfNames(string header, string expected) =>
        AssertTold(expected, header + Good[(Good.IndexOf('\n', StringComparison.Ordinal) + 1)..]);

    [Fact]
    public void OfColumns()
    {
        AssertTold("The same in every row: 'c'", "c,x,y\n" + Rows(100, i => $"7,{Wave(i, 1)},{i % 2}"));
        AssertTold("Counts the rows: 'id'", "id,x,y\n" + Rows(100, i => $"{i + 5},{Wave(i, 1)},{i % 2}"));
        AssertTold("Goes with the label one to one: 'copy'", "copy,x,y\n" + Rows(100, i => $"{(i % 2) + 3},{Wave(i, 1)},{i % 2}"));
        AssertTold("'x' reaches from", "x,y\n" + Rows(1000, i => $"{(i == 500 ? "900" : Wave(i, 1))},{i % 2}"));
    }

    [Fact]
    public void OfScale()
    {
        AssertTold("bring columns to one scale", "big,small,y\n" + Rows(100, i => $"{Wave(i, 1)}e5,{Wave(i, 2)},{i % 2}"));
        AssertTold("'divideBy: 255' below", "p,q,y\n" + Rows(100, i => $"{i * 37 % 256},{i * 11 % 256},{i % 2}"));
        AssertTold("'divideBy: 43' below", "p,q,y\n" + Rows(100, i => $"{i * 37 % 100 * 0.4321},{i * 11 % 256 / 9.0},{i % 2}"));
    }

    [Fact]
    public void OfRows()
    {
        AssertTold("1 rows are there before",
            "u,v,y\n" + Rows(100, i => $"{Wave(i, 1)},{Wave(i, 2)},{i % 2}") + $"{Wave(0, 1)},{Wave(0, 2)},0\n");
        AssertTold("another label: no model can tell them apart",
            "u,v,y\n" + Rows(100, i => $"{Wave(i, 1)},{Wave(i, 2)},{i % 2}") + $"{Wave(0, 1)},{Wave(0, 2)},1\n");
        AssertTold("use fewer nodes or more rows", "u,v,y\n" + Rows(79, i => $"{Wave(i, 1)},{Wave(i, 2)},{i % 2}"));
        AssertTold("more features than rows", "a,b,c,d,y\n1,2,3,4,k\n2,3,4,5,l\n");
    }

    [Fact]
    public void OfClasses()
    {
        AssertTold("one class only", Rows(100, i => $"{Wave(i, 1)},{Wave(i, 2)},a"));
        AssertTold("looks like a quantity", Rows(100, i => $"{Wave(i, 1)},{Wave(i, 2)},{Wave(i, 3)}"));
        AssertTold("'Yes' and 'yes' are different classes", Rows(100, i => $"{Wave(i, 1)},{Wave(i, 2)},{(i % 2 == 0 ? "yes" : "Yes")}"));
        AssertTold("'NA' is a class of its own", Rows(100, i => $"{Wave(i, 1)},{Wave(i, 2)},{(i % 2 == 0 ? "yes" : "NA")}"));
        AssertTold("Fewer rows than the 4 nodes: rare (3)",
            Rows(100, i => $"{Wave(i, 1)},{Wave(i, 2)},{(i < 3 ? "rare" : i % 2 == 0 ? "yes" : "no")}"));
        AssertTold("always saying 'no' is right for 95.0 %", Rows(100, i => $"{Wave(i, 1)},{Wave(i, 2)},{(i < 5 ? "yes" : "no")}"));
        AssertTold("set classesPerNode to 3 or more", Rows(200, i => $"{Wave(i, 1)},{Wave(i, 2)},{i % 9}"));
    }

    private static void AssertTold(string expected, string text) =>
        Assert.Contains(Of(text), advice => advice.Contains(expected, StringComparison.Ordinal));

    private static ImmutableArray<string> Of(string text) =>
        DataAdvice.Of(CsvProfiler.Read("file.csv", new MemoryStream(Encoding.UTF8.GetBytes(text)), new CsvFormat()), 4, isGuess: true);

    private static string Rows(int count, Func<int, FormattableString> row) =>
        string.Concat(Enumerable.Range(0, count).Select(i => FormattableString.Invariant(row(i)) + "\n"));

    // Numbers of one scale that do not repeat.
    private static string Wave(int row, int wave) =>
        Math.Sin((row * 1.7) + wave).ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);
}
