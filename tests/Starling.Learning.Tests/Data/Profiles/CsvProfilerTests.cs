using System.Text;
using Starling.Core.Kernel;
using Starling.Learning.Data;
using Starling.Learning.Data.Profiles;

namespace Starling.Learning.Tests.Data.Profiles;

public sealed class CsvProfilerTests
{
    private static readonly string[] Pieces =
        [",", "\n", "\n", "1", "2.5", "-3e2", "1e39", "NaN", "x", "label", "\"", "\"a,b\"", "\"\"", " ", "\r\n", "4,5,6\n", "7,,9\n",
            "7,8,\n", "7,x,y\n", "?", "Infinity", "\u00e9", "\0"];

    /// <summary>Red if a column's kind, missing values or numbers are told wrongly.</summary>
    [Fact]
    public void EveryColumnIsExplained()
    {
        var text = new StringBuilder("id,age,height,sex,note,site,nothing,died\n");
        for (var i = 1; i <= 40; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"{i},{(i % 4 == 0 ? "NA" : i)},{i / 2.0},{(i % 2 == 0 ? "m" : "f")},note {i % 30} of {i},A,,{(i % 3 == 0 ? "yes" : "no")}\n");
        var profile = Look(text.ToString());
        Assert.Equal(
            [ColumnKind.Identifier, ColumnKind.Integer, ColumnKind.Number, ColumnKind.Category, ColumnKind.Identifier, ColumnKind.Constant,
                ColumnKind.Empty, ColumnKind.Category],
            profile.Columns.Select(column => column.Kind));
        Assert.Equal((40, 7, true), (profile.Rows, profile.Label, profile.HasHeader));
        var age = profile.Columns[1];
        Assert.Equal(("age", 10, 30, 1.0, 39.0, 20.0, 30),
            (age.Name, age.Missing, age.Numbers, age.Least, age.Greatest, age.Mean, age.Distinct));
        Assert.Equal(11.5181, age.Deviation!.Value, 3);
        Assert.Equal([new ValueCount("f", 20), new ValueCount("m", 20)], profile.Columns[3].Values);
        Assert.Equal([new ValueCount("no", 27), new ValueCount("yes", 13)], profile.Classes);
    }

    /// <summary>Red if a fault is not told with its lines and column, or hides another.</summary>
    [Fact]
    public void AllFaultsAreToldAtOnce()
    {
        var profile = Look("a,b,c,y\n1,2,red,k\n1,,green,k\n1,2,red\n1,1e99,red,\n\"1,2,red,k\n1,?,green,m\n1,2\n3,4,red,m\n");
        Assert.Equal(
            [
                "line 6: field 1 has an opening quote and no closing one; close it; a field cannot span lines.",
                "line 8: has 2 fields where the first line has 4; give every row the same number of fields.",
                "line 4: has 3 fields where the first line has 4; give every row the same number of fields.",
                "line 5, column 4: 'y', the label, is empty; give every row a label, or take the rows out.",
                "lines 3, 7, column 2: 'b' has no value; fill it, with the column's mean of 3 say, or take the rows out.",
                "line 5, column 2: 'b' is '1e99', not a finite number of 32 bits; correct it, or divide the column.",
                "lines 2, 3, 5, 7, 9, column 3: 'c' is no number, such as 'red'; turn it into 2 columns of 0 and 1, one for each of its texts.",
            ],
            profile.Faults.Select(fault => fault.ToString()).OrderBy(Order));
        Assert.Equal(8, profile.Rows);

        static int Order(string fault) =>
            fault.Contains("quote", StringComparison.Ordinal)
                ? 0
                : fault.Contains("has 2", StringComparison.Ordinal) ? 1 : fault.Contains("has 3", StringComparison.Ordinal) ? 2
            : fault.Contains("label", StringComparison.Ordinal)
                ? 3
                : fault.Contains("value", StringComparison.Ordinal) && fault.Contains("fill", StringComparison.Ordinal)
                    ? 4
                    : fault.Contains("1e99", StringComparison.Ordinal) ? 5 : 6;
    }

    /// <summary>
    /// Red if anything is called trainable that the loader refuses, or the other way round. Random texts of pieces that matter to both.
    /// </summary>
    [Fact]
    public void ItAgreesWithTheLoader()
    {
        const ulong seed = 20261127;
        var random = new SeededRandom(seed);
        var accepted = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(12)).Select(_ => random.Chance(0.8) ? "1,2,3\n" : Pieces[random.Next(Pieces.Length)]));
            var (loads, faults) = (Loads(text), Faults(text));
            accepted += loads ? 1 : 0;
            Assert.True(loads == (faults.Count == 0),
                $"seed {seed}, text {i}: {text}\nloads: {loads}; faults: {string.Join(" | ", faults)}");
        }

        Assert.InRange(accepted, 500, 9_500); // Else the texts try nothing.
    }

    [Theory]
    [InlineData("a;b;y\n1;2;x\n",
        "file.csv, line 1: has a single field, as between commas; others seem to be cut by ';'; save it with commas.")]
    [InlineData("a\tb\n1\t2\n",
        "file.csv, line 1: has a single field, as between commas; others seem to be cut by tabs; save it with commas.")]
    [InlineData("", "file.csv, line 1: is empty; put at least one row into it.")]
    public void AFirstLineThatCannotBeUnderstoodIsRefused(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<DataException>(() => Look(text)).Message);

    /// <summary>Red if what a column or a row is told by grows with the file.</summary>
    [Fact]
    public void MemoryIsBounded()
    {
        var rows = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"{i},word {i} of many,{i % 2}\n"));
        var profile = Look(rows);
        Assert.Equal((1000, true), (profile.Columns[0].Distinct, profile.Columns[0].IsCapped));
        Assert.Empty(profile.Columns[1].Values);
        Assert.All(profile.Faults, fault => Assert.InRange(fault.Lines.Length, 0, DataFault.MostLines));
        var labels = string.Concat(Enumerable.Range(0, 30).Select(i => $"1,{i}\n"));
        var many = CsvProfiler.Read("file.csv", Stream(labels), new CsvFormat(), limits: new DataLimits(Classes: 7));
        Assert.Contains(many.Faults, fault => fault.What == "'column 2' has more than 7 different labels");
        Assert.Equal(8, many.Columns[1].Distinct);
        var ragged = Look("1,2\n" + string.Concat(Enumerable.Range(3, 90).Select(i => string.Join(',', Enumerable.Repeat("1", i)) + "\n")));
        Assert.InRange(ragged.Faults.Length, 2, 20);
        Assert.Equal(90, ragged.Faults.Sum(fault => fault.Count));
    }

    /// <summary>Red if a line that cannot be read hides what was found before it, or is not named.</summary>
    [Fact]
    public void ALineThatIsTooLongIsNamed()
    {
        var profile = CsvProfiler.Read("file.csv", Stream($"1,3,2\n1,,2\n1,{new string('1', 99)}\n"), new CsvFormat(),
            limits: new DataLimits(LineCharacters: 50));
        Assert.Equal([3], profile.Faults[0].Lines);
        Assert.Contains("longer than 50 characters", profile.Faults[0].What, StringComparison.Ordinal);
        Assert.Equal(1, profile.Faults[1].Column);
        Assert.Equal([2], profile.Faults[1].Lines);
    }

    /// <summary>Red if rows that are there twice, or contradict each other, are not counted.</summary>
    [Fact]
    public void RowsThatAreThereTwiceAreCounted()
    {
        var profile = Look("1,2,a\n1,2,a\n1,2,b\n3,4,a\n");
        Assert.Equal((1, 1, false), (profile.Repeated, profile.Contradicting, profile.IsPartial));
    }

    /// <summary>Red if nobody hears how far a long file is.</summary>
    [Fact]
    public void ProgressIsTold()
    {
        var told = new List<long>();
        CsvProfiler.Read("file.csv", Stream(string.Concat(Enumerable.Repeat("1,2\n", 9000))), new CsvFormat(), told.Add);
        Assert.Equal([4096, 8192], told);
    }

    private static bool Loads(string text)
    {
        try
        {
            CsvLoader.Load("file.csv", Stream(text), new CsvFormat());
            return true;
        }
        catch (DataException)
        {
            return false;
        }
    }

    private static List<string> Faults(string text)
    {
        try
        {
            return [.. Look(text).Faults.Select(fault => fault.ToString())];
        }
        catch (DataException refused)
        {
            return [refused.Message];
        }
    }

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    private static DataProfile Look(string text) => CsvProfiler.Read("file.csv", Stream(text), new CsvFormat());
}
