using System.Text;
using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Experiments;
using Starling.Learning.Programs;

namespace Starling.Learning.Tests.Experiments;

public sealed class ExperimentProblemTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void EveryoneLoadsTheSameProblem()
    {
        var experiment = Example("digits");
        var (here, there) = (ExperimentProblem.Load(experiment), ExperimentProblem.Load(experiment));
        Assert.Equal(here.Table!.ToString(), there.Table!.ToString());
        Assert.NotEqual(here.Table.ToString(), ExperimentProblem.Load(Example("digits", "seed=2")).Table!.ToString());
        Assert.Equal(359, here.Test!.Rows);
        Assert.All(here.Table.Counts, counts => Assert.InRange(counts.Count(count => count > 0), 1, 3));
        Assert.Equal(1797 - 359, Enumerable.Range(0, 4).Sum(i => here.Node(i).Examples));
        Assert.Equal(1797 - 359, here.Pooled().Examples);
        Assert.Equal(here.Node(0).Initialise().Values, there.Node(3).Initialise().Values);
        Assert.Equal(here.Node(0).Initialise().Values, there.Pooled().Initialise().Values);
        Assert.Throws<ArgumentOutOfRangeException>(() => here.Node(4));
    }

    /// <summary>
    /// What the examples promise: within 2 points of pooled data and 20 points above a node alone, whichever node misses a round.
    /// </summary>
    [Theory]
    [InlineData("digits", 1)]
    [InlineData("digits", 2)]
    [InlineData("digits", 3)]
    [InlineData("digits", 4)]
    [InlineData("digits", 5)]
    [InlineData("cnn", 1)]
    public void TheDigitsAreLearntTogetherThoughNoNodeLearnsThemAlone(string example, int seed)
    {
        var experiment = Example(example, $"seed={seed}");
        var problem = ExperimentProblem.Load(experiment);
        var alone = Enumerable.Range(0, experiment.Nodes).Average(i => problem.TrainAlone(i, Cancellation).Accuracy);
        var pooled = problem.TrainPooled(Cancellation).Accuracy;
        foreach (var misses in new[] { false, true })
        {
            var swarm = Merge(experiment, problem, misses).Accuracy;
            Assert.True(swarm > pooled - 0.02 && swarm > alone + 0.2 && swarm > 0.93,
                $"misses {misses}: swarm {swarm}, pooled {pooled}, alone {alone}");
        }
    }

    [Fact]
    public void TheSyntheticExampleApproachesItsOptimum()
    {
        var experiment = Example("synthetic");
        var problem = ExperimentProblem.Load(experiment);
        Assert.Null(problem.Table);
        Assert.Null(problem.Test);
        Assert.Equal(5 * problem.Node(0).Examples, problem.Pooled().Examples);
        var alone = problem.TrainAlone(0, Cancellation);
        var swarm = Merge(experiment, problem, misses: false);
        Assert.True(swarm.Accuracy > alone.Accuracy + 0.3, $"{swarm} {alone}");
        Assert.True(problem.TrainPooled(Cancellation).Accuracy > 0.95);
    }

    /// <summary>Red if what a swarm is compared with trains on where its nodes have long trained enough.</summary>
    [Fact]
    public void What_a_swarm_is_compared_with_trains_as_long_as_its_nodes()
    {
        // Nodes of 24 and of 12 rows: two passes are 48 batches and 24, and intervals are whole.
        string[] settings =
        [
            "nodes=2", "training.minPeers=2", "training.syncInterval=10", "training.rounds=50", "program.batch=1",
            "program.momentum=0", "program.learningRate=0.01", "data.split.by=size", "data.split.proportions=[2, 1]", "data.set=csv",
        ];
        using var folder = new TemporaryFolder();
        var file = folder.Write("rows.csv", Encoding.UTF8.GetBytes(string.Concat(
            Enumerable.Range(0, 45).Select(i => $"{Math.Sin(i):0.000},{Math.Cos(3 * i):0.000},{"ab"[i % 2]}\n"))));
        ExperimentProblem Problem(params string[] more) =>
            ExperimentProblem.Load(Example("digits", [.. settings, $"data.file={file}", .. more]));
        var ending = Problem("training.epochs=2");
        Assert.Equal((24L, 12L), (ending.Node(0).BatchesPerEpoch, ending.Node(1).BatchesPerEpoch));
        var (five, three) = (Problem("training.rounds=5"), Problem("training.rounds=3"));
        Assert.Equal(five.TrainAlone(0, Cancellation), ending.TrainAlone(0, Cancellation));
        Assert.Equal(three.TrainAlone(1, Cancellation), ending.TrainAlone(1, Cancellation));
        Assert.Equal(five.TrainPooled(Cancellation), ending.TrainPooled(Cancellation));
        Assert.NotEqual(Problem().TrainAlone(0, Cancellation), ending.TrainAlone(0, Cancellation));
        Assert.Equal(three.TrainAlone(0, Cancellation), Problem("training.epochs=2", "training.rounds=3").TrainAlone(0, Cancellation));
    }

    [Fact]
    public void FoldersAndFilesThatDoNotFitAreRefused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("there is no such folder; correct data.folder", Refusal($"data.folder={folder.Path}/none", "data.set=idx"),
            StringComparison.Ordinal);
        Assert.Contains("train-labels-idx1-ubyte: there is no such file", Refusal($"data.folder={folder.Path}", "data.set=idx"),
            StringComparison.Ordinal);
        var train = folder.Write("train.csv", "1,2,a\n3,4,b\n5,6,a\n7,8,b\n9,8,a\n"u8.ToArray());
        var narrow = folder.Write("narrow.csv", "1,a\n"u8.ToArray());
        var other = folder.Write("other.csv", "1,2,c\n"u8.ToArray());
        Assert.Contains("has 1 features, but", Refusal("data.set=csv", $"data.file={train}", $"data.testFile={narrow}"),
            StringComparison.Ordinal);
        Assert.Contains("has the label 'c', which", Refusal("data.set=csv", $"data.file={train}", $"data.testFile={other}"),
            StringComparison.Ordinal);
        var fine = folder.Write("test.csv", "1,2,b\n"u8.ToArray());
        var problem =
            ExperimentProblem.Load(Example("digits", "data.set=csv", "data.split.by=iid", $"data.file={train}", $"data.testFile={fine}"));
        Assert.Equal(1, problem.Test!.Labels[0]);
        Assert.Equal(5, problem.Pooled().Examples);
    }

    /// <summary>Red if features are taken by their places where the names of two files say that these are others.</summary>
    [Fact]
    public void TestRowsHaveTheColumnsOfTheTrainingRows()
    {
        using var folder = new TemporaryFolder();
        var train = folder.Write("train.csv", "age,pressure,label\n1,2,a\n3,4,b\n5,6,a\n7,8,b\n"u8.ToArray());
        foreach (var (header, isFine) in (ReadOnlySpan<(string, bool)>)[("pressure,age,label\n", false), ("age,pressure,kind\n", true), ("", true)])
        {
            var test = folder.Write("test.csv", Encoding.UTF8.GetBytes($"{header}1,2,b\n"));
            string[] settings = ["data.set=csv", "data.split.by=iid", $"data.file={train}", $"data.testFile={test}"];
            if (isFine)
                Assert.Equal(1, ExperimentProblem.Load(Example("digits", settings)).Test!.Rows);
            else
                Assert.Equal("test.csv, line 1: feature 1 is 'pressure', where train.csv has 'age'; give both the same columns in the same order.",
                    Refusal(settings));
        }
    }

    /// <summary>
    /// Red if a model's shape needs the rows where the experiment says what they are like, or comes out otherwise than with rows.
    /// </summary>
    [Fact]
    public void WhatRowsAreLikeIsEnoughForAModel()
    {
        using var folder = new TemporaryFolder();
        string[] form = ["data.set=csv", "data.split.by=own", "data.features=2", "data.classes=[b, a, c]"];
        var elsewhere = Example("digits", form);
        var file = folder.Write("own.csv", "1,2,a\n3,4,b\n5,6,a\n7,8,b\n9,8,a\n"u8.ToArray());
        var here = ExperimentProblem.Load(Example("digits", [.. form, $"data.file={file}"]));
        Assert.Equal(here.Node(0).Schema.Hash, ExperimentProblem.SchemaOf(elsewhere).Hash);
        Assert.Equal(["b", "a", "c"], here.Test!.ClassNames);
        Assert.Contains("data.file is missing", Refusal(form), StringComparison.Ordinal);
        Assert.Contains("has 2 features, but data.features is 3", Refusal([.. form, $"data.file={file}", "data.features=3"]),
            StringComparison.Ordinal);
        Assert.Contains("has the label 'b', which is not among data.classes",
            Refusal([.. form, $"data.file={file}", "data.classes=[a, c]"]), StringComparison.Ordinal);
    }

    [Fact]
    public void RowsThatAreNoImagesAreRefused()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("six.csv", "1,2,3,4,5,6,a\n3,4,5,6,7,8,b\n"u8.ToArray());
        string Refused(params string[] overrides) =>
            Refusal(["data.set=csv", $"data.file={file}", "data.split.by=iid", "nodes=2", "training.minPeers=2", "program.kind=cnn",
                "program.channels=[3]", .. overrides]);
        Assert.EndsWith("has 6 features, which are no square image; name its sides in program.image: [height, width].", Refused(),
            StringComparison.Ordinal);
        Assert.EndsWith("has 6 features, but program.image is 2 x 2, which are 4; correct it.", Refused("program.image=[2, 2]"),
            StringComparison.Ordinal);
        file = folder.Write("nine.csv", "1,2,3,4,5,6,7,8,9,a\n3,4,5,6,7,8,9,9,9,b\n"u8.ToArray());
        Assert.EndsWith("has images of 3 x 3, and a side can only be halved by each of program.channels if it divides by 2; give fewer channels or other images.", Refused(), StringComparison.Ordinal);
    }

    private static Experiment Example(string name, params string[] overrides) =>
        ExperimentReader.ReadFile(RepositoryFiles.Find("examples", $"{name}.yaml"), overrides);

    private static string Refusal(params string[] overrides) =>
        Assert.Throws<DataException>(() => ExperimentProblem.Load(Example("digits", overrides))).Message;

    /// <summary>Rounds of local training and weighted means, as the nodes do them but for the network.</summary>
    private static Evaluation Merge(Experiment experiment, ExperimentProblem problem, bool misses)
    {
        var nodes = Enumerable.Range(0, experiment.Nodes).Select(problem.Node).ToArray();
        var state = nodes[0].Initialise();
        for (var round = 1L; round <= experiment.Training.Rounds; round++)
        {
            var merged = new ModelState(state.Schema);
            var missing = misses ? (int)(round % experiment.Nodes) : -1;
            var weight = (float)nodes.Where((_, i) => i != missing).Sum(node => node.Examples);
            for (var i = 0; i < nodes.Length; i++)
            {
                var local = nodes[i].Train(state, round, experiment.Training.SyncInterval, Cancellation).State;
                for (var j = 0; j < merged.Values.Length && i != missing; j++)
                    merged.Values[j] += nodes[i].Examples / weight * local.Values[j];
            }

            state = merged;
        }

        return nodes[0].Evaluate(state);
    }
}
