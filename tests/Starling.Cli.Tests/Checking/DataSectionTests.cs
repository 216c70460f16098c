using System.Text;
using Starling.Cli.Checking;
using Starling.Learning.Data;
using Starling.Learning.Data.Profiles;
using Starling.Learning.Experiments;

namespace Starling.Cli.Tests.Checking;

public sealed class DataSectionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-check-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// Red if the section names another column than was looked at, or is no YAML, whatever the file and its columns are called.
    /// </summary>
    [Theory]
    [InlineData("rows.csv", "a,b,kind", "last", "kind")]
    [InlineData("it's: \"mine\" #1.csv", "a,b,\"the: kind\"", "last", "the: kind")]
    [InlineData("rows.csv", "a,kind,kind", "2", "last")]
    [InlineData("rows.csv", "kind,kind,c", "1", "1")]
    [InlineData("rows.csv", "a,7,c", "1", "1")]
    [InlineData("rows.csv", "a,yes,c", "yes", "yes")]
    [InlineData("rows.csv", "1,2,3", "0", "0")]
    public void An_experiment_reads_what_was_looked_at(string file, string first, string label, string expected)
    {
        var path = Path.Combine(folder, file);
        File.WriteAllText(path, $"{first}\n1,2,3\n4,5,6\n", Encoding.UTF8);
        var profile = CsvProfiler.Read(path, new CsvFormat(label));
        Assert.Equal(expected, DataSection.LabelOf(profile));
        var experiment = Path.Combine(folder, "experiment.yaml");
        File.WriteAllText(experiment, $"nodes: 2\n{DataSection.Of(profile)}");
        var read = ExperimentReader.ReadFile(experiment).Data;
        Assert.Equal((path, expected), (read.File, read.Format.Label));
        Assert.Equal(profile.Classes.Select(c => c.Value), CsvLoader.Load(path, read.Format).ClassNames);
    }

    /// <summary>Red if numbers that are too large for training are not divided by what was advised.</summary>
    [Fact]
    public void Large_numbers_are_divided()
    {
        var path = Path.Combine(folder, "rows.csv");
        File.WriteAllText(path, "100,200,a\n50,255,b\n");
        Assert.Contains("\n  divideBy: 255\n", DataSection.Of(CsvProfiler.Read(path, new CsvFormat())), StringComparison.Ordinal);
    }
}
