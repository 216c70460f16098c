using Starling.Core.Models;
using Starling.Learning.Programs;

namespace Starling.Simulation.Tests;

/// <summary>A program whose last update is admissible, and far off.</summary>
/// <param name="inner">What it trains until then.</param>
/// <param name="last">The last round.</param>
/// <param name="value">All of its parameters then.</param>
internal sealed class StrayProgram(ITrainingProgram inner, long last, float value) : ITrainingProgram
{
    public ModelSchema Schema => inner.Schema;

    public long Examples => inner.Examples;

    public long BatchesPerEpoch => inner.BatchesPerEpoch;

    public ModelState Initialise() => inner.Initialise();

    public LocalResult Train(ModelState start, long round, int batches, CancellationToken cancellation)
    {
        var result = inner.Train(start, round, batches, cancellation);
        if (round == last)
            Array.Fill(result.State.Values, value);
        return result;
    }

    public Evaluation Evaluate(ModelState state) => inner.Evaluate(state);
}
