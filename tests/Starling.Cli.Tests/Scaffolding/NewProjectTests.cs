using System.Text;
using System.Text.Json;
using Starling.Cli.Scaffolding;
using Starling.Cli.Terminal;
using Starling.Learning.Data;
using Starling.Learning.Data.Profiles;

namespace Starling.Cli.Tests.Scaffolding;

public sealed class NewProjectTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-new-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if a place of a template stays empty, or an experiment trains otherwise than its program.</summary>
    [Theory]
    [InlineData(ProjectLanguage.Python)]
    [InlineData(ProjectLanguage.CSharp)]
    public void Every_place_of_a_template_is_filled(object language)
    {
        var files = Project((ProjectLanguage)language, SampleRows.Text()).Files("/opt/my python/bin/python3");
        Assert.All(files.Values, text => Assert.DoesNotContain("{{", text, StringComparison.Ordinal));
        Assert.Contains("nodes: 3\n", files["experiment.yaml"], StringComparison.Ordinal);
        Assert.Contains("minPeers: 2 ", files["experiment.yaml"], StringComparison.Ordinal);
        Assert.Contains("EPOCHS=48", files["experiment.yaml"], StringComparison.Ordinal);
        Assert.Contains("rounds: 49 ", files["experiment.yaml"], StringComparison.Ordinal);
        if (language is ProjectLanguage.Python)
            Assert.Contains("command: [\"/opt/my python/bin/python3\", train.py]", files["experiment.yaml"], StringComparison.Ordinal);
    }

    /// <summary>Red if a column is given to the model that says nothing, or one that is no number is not encoded.</summary>
    [Fact]
    public void Columns_are_encoded_filled_or_left_out()
    {
        var rows = string.Concat(Enumerable.Range(0, 40)
            .Select(i => $"{i},{(i % 4 == 0 ? "NA" : i % 7)},{(i % 2 == 0 ? "red" : "blue")},same,{(i % 2 == 0 ? " \" yes\"" : "no")}\n"));
        var project =
            Project(ProjectLanguage.Python, "id,size,colour,ward,y\n" + rows.Replace(" \" yes\"", "\" yes\"", StringComparison.Ordinal));
        project.Check();
        Assert.Equal(["id (identifier)", "ward (constant)"], project.LeftOut());
        var columns = JsonDocument.Parse(project.Files("python3")["columns.json"]).RootElement;
        Assert.Equal(["no", "yes"],
            columns.GetProperty("classes").EnumerateArray().Select(c => c.GetString()).Order(StringComparer.Ordinal));
        var features = columns.GetProperty("features").EnumerateArray().ToArray();
        Assert.Equal([1, 2], features.Select(feature => feature.GetProperty("column").GetInt32()));
        Assert.Equal(["blue", "red"], features[1].GetProperty("values").EnumerateArray().Select(value => value.GetString()));
        Assert.False(features[0].TryGetProperty("values", out _));
        Assert.InRange(features[0].GetProperty("mean").GetDouble(), 2, 4);
    }

    [Theory]
    [InlineData("a,b,y\n1,2,k\n1,k\n", "line 3: has 2 fields where the first line has 3")]
    [InlineData("a,b,y\n1,2,k\n3,4,\n", "column 3: 'y', the label, is empty")]
    [InlineData("a,b,y\n1,2,k\n3,4,k\n", "has one label only")]
    [InlineData("a,b,y\n1,2,k\n1,2,l\n", "has no column that a model can be given")]
    public void Rows_that_no_program_can_read_are_refused(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<CommandException>(Project(ProjectLanguage.Python, text).Check).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("-x")]
    [InlineData("a b")]
    [InlineData("naïve")]
    public void A_name_that_names_no_experiment_is_refused(string name) =>
        Assert.Throws<CommandException>(() => NewProject.CheckName(name));

    /// <summary>Red if anything is overwritten, or something half made is left.</summary>
    [Fact]
    public void A_folder_appears_whole_or_not_at_all()
    {
        var path = Path.Combine(folder, "mine");
        using (var abandoned = new ProjectFolder(path))
            abandoned.Write("a", "1");
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        using (var made = new ProjectFolder(path))
        {
            made.Write("a", "2");
            Assert.False(Directory.Exists(path));
            made.Finish();
        }

        Assert.Equal("2", File.ReadAllText(Path.Combine(path, "a")));
        Assert.Contains("nothing is overwritten", Assert.Throws<CommandException>(() => new ProjectFolder(path)).Message,
            StringComparison.Ordinal);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder));
    }

    /// <summary>Red if a small file trains too little to learn, or a huge one for ever.</summary>
    [Theory]
    [InlineData(600, 4, 60, 5, 37)]
    [InlineData(10, 2, 60, 5, 13)]
    [InlineData(10_000_000, 4, 1, 1042, 61)]
    public void It_trains_for_some_hundred_batches_or_an_epoch(long rows, int nodes, int epochs, int sync, long rounds) =>
        Assert.Equal(new TrainingLength(epochs, sync, rounds), TrainingLength.Of(rows, nodes));

    private static NewProject Project(ProjectLanguage language, string text) =>
        new("mine", language, 3, "/data/rows.csv",
            CsvProfiler.Read("rows.csv", new MemoryStream(Encoding.UTF8.GetBytes(text)), new CsvFormat()));
}
