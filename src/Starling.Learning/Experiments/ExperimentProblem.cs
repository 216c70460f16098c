using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Data.Splits;
using Starling.Learning.Programs;

namespace Starling.Learning.Experiments;

/// <summary>An experiment with its rows loaded and divided: it makes every node's program, and those to compare with.</summary>
public sealed class ExperimentProblem
{
    private readonly Experiment experiment;
    private readonly HoldOut? rows;
    private readonly ImmutableArray<int[]> parts = [];

    private ExperimentProblem(Experiment experiment, HoldOut? rows)
    {
        this.experiment = experiment;
        this.rows = rows;
        if (rows is null)
            return;

        // What does not fit is refused before anything runs.
        _ = NetworkChoice.Of(experiment.Program, rows.Train);
        parts = experiment.Data.Split.Divide(rows.Train.Labels, rows.Train.Classes, experiment.Nodes, Random(experiment, "split"));
        Table = SplitTable.Of(rows.Train, parts);
    }

    /// <summary>How many rows of each class each node holds; null for the synthetic problem.</summary>
    public SplitTable? Table { get; }

    /// <summary>The held-out rows, the same for all; null for the synthetic problem.</summary>
    public DataSet? Test => rows?.Test;

    /// <summary>Loads and divides the rows. Everyone who has the file and the data gets the same.</summary>
    /// <exception cref="DataException">The data cannot be read, not be divided so, or not be learned by the program; or the program reads
    /// its rows itself.</exception>
    public static ExperimentProblem Load(Experiment experiment) =>
        experiment.Program.Command is { } command
            ? throw OfCommand(experiment, command)
            : new(experiment, DataSources.Load(experiment.Data, Random(experiment, "hold-out")));

    /// <summary>The tensors of the experiment's model. Rows are read only if the experiment does not say what they are like.</summary>
    /// <exception cref="DataException">They cannot be read, or not be learned by the program; or the program reads
    /// its rows itself.</exception>
    public static ModelSchema SchemaOf(Experiment experiment) =>
        experiment.Data.Form is { } form ? ClassifierProgram.SchemaFor(experiment.Program, form) : Load(experiment).Node(0).Schema;

    /// <summary>A fresh program over one node's own rows. Trained without merging it is what that node reaches alone.</summary>
    /// <param name="node">From 0.</param>
    public ITrainingProgram Node(int node)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(node);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(node, experiment.Nodes);
        return rows is null ? Synthetic(node, [node]) : Classifier(node, rows.Train.Select(parts[node]));
    }

    /// <summary>A fresh program over all nodes' rows: what could be reached if the data were in one place.</summary>
    public ITrainingProgram Pooled() =>
        rows is null ? Synthetic(experiment.Nodes, Enumerable.Range(0, experiment.Nodes)) : Classifier(experiment.Nodes, rows.Train);

    /// <summary>Trains one node's rows without merging, for as many batches as it trains in the whole experiment, and measures.</summary>
    /// <param name="node">From 0.</param>
    /// <param name="cancellation">Observed between batches.</param>
    public Evaluation TrainAlone(int node, CancellationToken cancellation) => Train(Node(node), Intervals(node), cancellation);

    /// <summary>Trains all nodes' rows in one place, for as many batches as the node that trains most, and measures.</summary>
    /// <param name="cancellation">Observed between batches.</param>
    public Evaluation TrainPooled(CancellationToken cancellation) =>
        Train(Pooled(), Enumerable.Range(0, experiment.Nodes).Max(Intervals), cancellation);

    // A node that has trained enough says so at the end of an interval. One that adapts is not known beforehand: it stays as it began.
    private long Intervals(int node) => experiment.Training is { Epochs: > 0 } training
        && training.Of(node).EnoughFor(Node(node)) is { } enough
        ? Math.Min(training.Rounds, (enough + training.SyncInterval - 1) / training.SyncInterval)
        : experiment.Training.Rounds;

    private Evaluation Train(ITrainingProgram program, long intervals, CancellationToken cancellation)
    {
        var state = program.Initialise();
        for (var round = 1L; round <= intervals; round++)
            state = program.Train(state, round, experiment.Training.SyncInterval, cancellation).State;
        return program.Evaluate(state);
    }

    private static DataException OfCommand(Experiment experiment, ProgramLaunch command) => new(
        $"{experiment.Name} trains a program of its own ({string.Join(' ', command.Words)}), whose model and rows only that program knows; 'starling run' starts it, a task does by its own 'command', and 'contract create' takes its model by --model.");

    private static SeededRandom Random(Experiment experiment, string component) => new SeededRandom(experiment.Seed).Fork(component);

    private SyntheticProgram Synthetic(int node, IEnumerable<int> sources) => new(
        experiment.Seed, node, sources, experiment.Program.Parameters, experiment.Program.LearningRate, experiment.Program.PaddingFloats);

    private ClassifierProgram Classifier(int node, DataSet train) => new(experiment.Program, experiment.Seed, node, train, rows!.Test);
}
