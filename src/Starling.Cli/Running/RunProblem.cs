using Starling.Cli.Runs;
using Starling.Core.Models;
using Starling.Learning.Data.Splits;
using Starling.Learning.Experiments;

namespace Starling.Cli.Running;

/// <summary>What the nodes of a run train, and what its swarm is compared with.</summary>
internal abstract class RunProblem
{
    /// <summary>The tensors of the model.</summary>
    public abstract ModelSchema Schema { get; }

    /// <summary>How many rows of each class each node holds; null where only the programs know.</summary>
    public virtual SplitTable? Table => null;

    /// <summary>Reads an experiment's rows; a program of its own is asked what its model is.</summary>
    /// <exception cref="Learning.Data.DataException">The rows cannot be read, not be divided so, or not be learned
    /// by the program.</exception>
    /// <exception cref="Terminal.CommandException">The program does not say what its model is.</exception>
    public static async Task<RunProblem> LoadAsync(Experiment experiment, CancellationToken cancellation) =>
        experiment.Program.Command is { } command
        ? await CommandProblem.AskAsync(experiment, command, cancellation).ConfigureAwait(false)
        : new InnerProblem(ExperimentProblem.Load(experiment));

    /// <summary>Trains one node's rows without merging.</summary>
    /// <param name="node">From 0.</param>
    /// <param name="folder">Where it may leave what it writes; not made yet.</param>
    /// <param name="cancellation">Gives up.</param>
    public abstract Score Alone(int node, string folder, CancellationToken cancellation);

    /// <summary>Trains all rows in one place.</summary>
    /// <param name="folder">Where it may leave what it writes; not made yet.</param>
    /// <param name="cancellation">Gives up.</param>
    public abstract Score Pooled(string folder, CancellationToken cancellation);

    /// <summary>Measures a model that no node has measured.</summary>
    /// <param name="model">Its file.</param>
    public abstract Score Measure(string model);
}
