using Starling.Core.Models;

namespace Starling.Learning.Programs;

/// <summary>
/// A program that trains a model on one node's rows. Synchronous and deterministic: a node runs it on a thread of its own, the simulator
/// in its loop. An instance is used by one thread at a time. Optimiser state lives in the instance from round to round; a restarted node
/// starts it afresh.
/// </summary>
public interface ITrainingProgram
{
    /// <summary>What the model looks like, the same on every node.</summary>
    ModelSchema Schema { get; }

    /// <summary>How many rows this node trains on: its weight in a merge.</summary>
    long Examples { get; }

    /// <summary>How many batches one pass over this node's rows takes, at least 1.</summary>
    long BatchesPerEpoch { get; }

    /// <summary>The model before the first round, drawn from the experiment's seed and so the same on every node.</summary>
    ModelState Initialise();

    /// <summary>
    /// Trains a number of mini-batches from <paramref name="start"/>, which stays as it is. Which rows come in which order depends only on
    /// the seed, the node and <paramref name="round"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The state has another schema.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two batches.</exception>
    LocalResult Train(ModelState start, long round, int batches, CancellationToken cancellation);

    /// <summary>Measures a model on the held-out rows, which are the same on every node.</summary>
    /// <exception cref="ArgumentException">The state has another schema.</exception>
    Evaluation Evaluate(ModelState state);
}
