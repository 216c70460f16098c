using Starling.Core.Models;
using Starling.Learning.Programs;

namespace Starling.Simulation.Tests;

/// <summary>A program that measures only what it has trained itself, so that nobody can judge what came of a seed.</summary>
/// <param name="inner">What it trains.</param>
internal sealed class UnjudgedProgram(ITrainingProgram inner) : ITrainingProgram
{
    private bool hasTrained;

    public ModelSchema Schema => inner.Schema;

    public long Examples => inner.Examples;

    public long BatchesPerEpoch => inner.BatchesPerEpoch;

    public ModelState Initialise() => inner.Initialise();

    public LocalResult Train(ModelState start, long round, int batches, CancellationToken cancellation)
    {
        hasTrained = true;
        return inner.Train(start, round, batches, cancellation);
    }

    public Evaluation Evaluate(ModelState state) =>
        hasTrained ? inner.Evaluate(state) : throw new InvalidOperationException("it has not trained");
}
