using Starling.Api;
using Starling.Cli.Commands;
using Starling.Cli.Runs;
using Starling.Learning.Experiments;

namespace Starling.Cli.Tests.Runs;

/// <summary>What <c>starling run</c> made is gone on with and removed, and nothing else.</summary>
public sealed class RunFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-runs-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if a command that changes or removes runs touches a person's project, which has an experiment as a run has.</summary>
    [Theory]
    [InlineData(ExitCode.Usage, "runs remove PROJECT")]
    [InlineData(ExitCode.Usage, "runs remove clinic --out FOLDER")]
    [InlineData(ExitCode.Usage, "runs remove clinic-1 clinic --out FOLDER")]
    [InlineData(ExitCode.Usage, "run --resume PROJECT")]
    [InlineData(ExitCode.Done, "clean --yes --out FOLDER")]
    public async Task A_project_stays_as_it_is(ExitCode code, string line)
    {
        var (project, run) = (Path.Combine(folder, "clinic"), Made("clinic"));
        Directory.CreateDirectory(project);
        foreach (var file in (string[])["experiment.yaml", "train.py", "plan.json"])
            await File.WriteAllTextAsync(Path.Combine(project, file), "{}", TestContext.Current.CancellationToken);
        Assert.Equal(code, await ExecuteAsync(line.Replace("PROJECT", project, StringComparison.Ordinal)));
        Assert.Equal(["experiment.yaml", "plan.json", "train.py"],
            Directory.GetFileSystemEntries(project).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        // What comes before it in the same command stays, too.
        Assert.Equal(code != ExitCode.Done, Directory.Exists(run.Path));
    }

    /// <summary>Red if a run that was never set up, or one of an earlier version, cannot be removed.</summary>
    [Theory]
    [InlineData("runs remove digits-1 --out FOLDER", false)]
    [InlineData("clean --yes --out FOLDER", false)]
    [InlineData("runs remove digits-1 --out FOLDER", true)]
    public async Task A_run_is_removed(string line, bool isOfEarlierVersion)
    {
        var run = Made("digits");
        if (isOfEarlierVersion)
        {
            foreach (var file in Directory.GetFiles(run.Path, ".*"))
                File.Delete(file);
            run.Write(new RunPlan("digits", "", "", DateTimeOffset.UnixEpoch, []));
            await File.WriteAllTextAsync(run.Ledger, "", TestContext.Current.CancellationToken);
        }
        else
        {
            Assert.Equal(ExitCode.Usage, await ExecuteAsync("run --resume digits-1 --out FOLDER"));
        }

        Assert.Equal(ExitCode.Done, await ExecuteAsync(line));
        Assert.False(Directory.Exists(run.Path));
    }

    /// <summary>Red if what a run's rows were is not noted, or another order of files or none at all passes for a change.</summary>
    [Fact]
    public void A_change_of_the_rows_is_seen()
    {
        var (train, test) = (Write("train.csv", "1,a\n2,b\n"), Write("test.csv", "3,a\n"));
        var experiment = Csv(train, $"testFile: {test}");
        var run = Made("rows");
        Assert.Null(run.ChangedRows(experiment));
        run.Write(new RunPlan("rows", "", "", DateTimeOffset.UnixEpoch, [], DataTrace.Of(experiment)));
        Assert.Equal([train, test], run.ReadPlan()!.Data!.Select(file => file.File));
        Assert.Null(run.ChangedRows(experiment));
        File.AppendAllText(test, "4,b\n");
        Assert.StartsWith($"{test}: has changed since rows-1 was set up", run.ChangedRows(experiment), StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if a run of a version that trained on the names of columns that are called by numbers is measured, or goes on, without that row.
    /// </summary>
    [Theory]
    [InlineData("last", "0,1,2,3,4\n5,6,7,8,0\n5,6,7,8,1\n5,6,7,9,0\n", true)]
    [InlineData("kind", "0,1,2,kind\n5,6,7,0\n5,6,7,1\n", true)]
    [InlineData("last", "a,b,kind\n5,6,0\n5,6,1\n", false)]
    [InlineData("last", "5,6,0\n5,6,1\n", false)]
    public void A_line_that_earlier_versions_took_for_a_row_is_a_change(string label, string rows, bool isChange)
    {
        var experiment = Csv(Write("rows.csv", rows), $"label: {label}");
        var run = Made("rows");
        run.Write(new RunPlan("rows", "", "", DateTimeOffset.UnixEpoch, []));
        Assert.Equal(isChange, run.ChangedRows(experiment) is not null);
        run.Write(new RunPlan("rows", "", "", DateTimeOffset.UnixEpoch, [], DataTrace.Of(experiment)));
        Assert.Null(run.ChangedRows(experiment));
    }

    /// <summary>Red if the same bytes pass for the same rows where another version read other ones of them.</summary>
    [Fact]
    public void The_same_bytes_that_are_read_otherwise_are_a_change()
    {
        var file = Write("rows.csv", "1,a\n2,b\n");
        var experiment = Csv(file, "label: last");
        var run = Made("rows");
        var noted = Assert.Single(DataTrace.Of(experiment));
        Assert.Equal((2, 2), (noted.Rows, noted.Classes));
        foreach (var (trace, isChange) in ((DataTrace, bool)[])[(noted with { Rows = 3 }, true), (noted with { Classes = 3 }, true),
            (noted, false), (noted with { Rows = null, Classes = null }, false)])
        {
            run.Write(new RunPlan("rows", "", "", DateTimeOffset.UnixEpoch, [], [trace]));
            Assert.Equal(isChange, run.ChangedRows(experiment) is not null);
        }

        run.Write(new RunPlan("rows", "", "", DateTimeOffset.UnixEpoch, [], [noted with { Rows = 3 }]));
        Assert.StartsWith($"{file}: is read as 2 rows with 2 labels now, and as 3 with 2 when rows-1 was set up",
            run.ChangedRows(experiment), StringComparison.Ordinal);
    }

    private Experiment Csv(string file, string data) => ExperimentReader.ReadFile(Write("rows.yaml",
        $"nodes: 2\ndata: {{ set: csv, file: {file}, {data} }}\nprogram: {{ kind: softmax }}\n"));

    private RunFolder Made(string name)
    {
        var (run, taken) = RunFolder.Create(folder, name);
        taken.Dispose();
        return run;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private async Task<ExitCode> ExecuteAsync(string line) => (ExitCode)await CommandLine.ExecuteAsync(CommandLine.Build(),
        line.Replace("FOLDER", folder, StringComparison.Ordinal).Split(' '), TestContext.Current.CancellationToken);
}
