using System.CommandLine;
using Starling.Api;
using Starling.Cli.Models;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Experiments;

namespace Starling.Cli.Tests.Models;

public sealed class DataOptionsTests : IDisposable
{
    private const string Rows = "size,kind\n100,low\n110,low\n200,middle\n210,middle\n300,high\n310,high\n";

    private readonly string folder = Directory.CreateTempSubdirectory("starling-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if the labels of a file are put into an order of their own where the run's experiment gives one.</summary>
    [Fact]
    public void Rows_have_the_classes_of_the_run_in_its_order_and_are_read_as_it_read_them()
    {
        var run = Run("features: 1, classes: [low, middle, high], label: kind, divideBy: 100");
        foreach (var rows in (string[])[Rows, "size,kind\n200,middle\n", "kind,size\nhigh,310\nlow,100\n"])
        {
            var (_, state, model, read) = Open("--run", run, "--data", Write("other.csv", rows));
            Assert.Equal(["low", "middle", "high"], read.ClassNames);
            Assert.Equal(1, model.Evaluate(state, read).Accuracy);
        }

        Assert.Contains("has the label 'huge', which is not among data.classes",
            Assert.Throws<DataException>(() => Open("--run", run, "--data", Write("other.csv", "size,kind\n400,huge\n"))).Message,
            StringComparison.Ordinal);
        // What the command says wins: here features are a hundredth of what the model knows, which are all low.
        var (_, unscaled, classifier, small) = Open("--run", run, "--data", Write("other.csv", Rows), "--divide-by", "10000");
        Assert.Equal(1.0 / 3, classifier.Evaluate(unscaled, small).Accuracy, 6);
    }

    /// <summary>Red if a model's classes cannot be named where no run is at hand, or the command's do not win over a run's.</summary>
    [Fact]
    public void Classes_that_the_command_names_win()
    {
        var run = Run("features: 1, classes: [low, middle, high], divideBy: 100");
        var model = Path.Combine(folder, run, "model.safetensors");
        string[] file = ["--data", Write("other.csv", Rows), "--divide-by", "100"];
        var (_, state, classifier, read) = Open([model, .. file, "--classes", "low, middle,high"]);
        Assert.Equal(1, classifier.Evaluate(state, read).Accuracy);
        Assert.Equal(["high", "middle", "low"], Open(["--run", run, .. file, "--classes", "high,middle,low"]).Rows.ClassNames);
        Assert.Contains("has the label 'high', which is not among --classes",
            Assert.Throws<DataException>(() => Open([model, .. file, "--classes", "low,middle,hgih"])).Message, StringComparison.Ordinal);
        foreach (var wrong in (string[])["low,,high", "low,low,high"])
            Assert.Equal(ExitCode.Usage,
                Assert.Throws<CommandException>(() => Open([model, .. file, "--classes", wrong])).ExitCode);
    }

    /// <summary>Red if a file without rows of some class is refused, or is taken for another, where the run's rows have them all.</summary>
    [Theory]
    [InlineData("high", "low", "middle")]
    [InlineData("1", "2", "3")]
    public void A_file_that_lacks_a_class_has_those_of_the_runs_rows(string first, string second, string third)
    {
        var rows = $"100,{first}\n110,{first}\n200,{second}\n210,{second}\n300,{third}\n310,{third}\n";
        var run = Run("divideBy: 100", rows);
        string[] use = ["--run", run, "--data", Write("other.csv", $"100,{first}\n200,{second}\n")];
        var (_, state, model, read) = Open(use);
        Assert.Equal([first, second, third], read.ClassNames);
        Assert.Equal(1, model.Evaluate(state, read).Accuracy);

        File.Delete(Path.Combine(folder, "rows.csv"));
        if (first == "high")
            Assert.Contains("tells 3 classes apart, but other.csv has 2",
                Assert.Throws<CommandException>(() => Open(use)).Message, StringComparison.Ordinal);
    }

    /// <summary>Red if another label takes the place of one that the file lacks, since there are as many.</summary>
    [Fact]
    public void Labels_that_the_runs_rows_lack_are_refused()
    {
        var run = Run("divideBy: 100", "100,a\n110,a\n200,b\n210,b\n300,c\n310,c\n");
        string[] use = ["--run", run, "--data", Write("other.csv", "200,b\n300,c\n400,d\n")];
        Assert.Equal("other.csv: has the label 'd', which is not among those of rows.csv, which the model was trained on; take its rows out, or name the model's classes with --classes.",
            Assert.Throws<DataException>(() => Open(use)).Message);
        Assert.Equal(["b", "c", "d"], Open([.. use, "--classes", "b,c,d"]).Rows.ClassNames);
    }

    /// <summary>Red if features are taken by their places where the run's rows have other names there.</summary>
    [Fact]
    public void Columns_in_another_order_are_refused()
    {
        var run = Run("label: kind", "size,weight,kind\n1,2,a\n1,3,a\n5,6,b\n5,7,b\n");
        Assert.Contains("other.csv, line 1: feature 1 is 'weight', where rows.csv has 'size'",
            Assert.Throws<DataException>(() => Open("--run", run, "--data", Write("other.csv", "weight,size,kind\n2,1,a\n6,5,b\n"))).Message,
            StringComparison.Ordinal);
        Assert.Equal(2, Open("--run", run, "--data", Write("other.csv", "kind,size,weight\na,1,2\nb,5,6\n")).Rows.Rows);
    }

    // The folder of a run, with a model that tells its rows apart.
    private string Run(string data, string rows = Rows)
    {
        var run = Path.Combine(folder, "sizes-1");
        Directory.CreateDirectory(run);
        File.WriteAllText(Path.Combine(run, "experiment.yaml"), $$"""
            nodes: 2
            data: { set: csv, file: {{Write("rows.csv", rows)}}, test: 0.2, split: { by: own }, {{data}} }
            program: { kind: mlp, learningRate: 0.1, batch: 4 }
            """);
        var program = ExperimentProblem.Load(new RunFolder(run).ReadExperiment()).Pooled();
        File.WriteAllBytes(Path.Combine(run, "model.safetensors"),
            Safetensors.Write(program.Train(program.Initialise(), 1, 5000, TestContext.Current.CancellationToken).State));
        return "sizes-1";
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private (string Path, ModelState State, Learning.Programs.ClassifierModel Model, DataSet Rows) Open(params string[] words)
    {
        var (options, command) = (new DataOptions(), new Command("use"));
        options.AddTo(command);
        return options.Open(command.Parse([.. words, "--out", folder]));
    }
}
