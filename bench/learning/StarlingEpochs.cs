using System.Diagnostics;
using Starling.Core.Models;
using Starling.Learning.Data;
using Starling.Learning.Programs;

namespace Starling.Bench.Learning;

/// <summary>
/// Trains the perceptron as a node does: through the program's own contract, with the copy of the model and the count of right
/// answers that it includes.
/// </summary>
internal sealed class StarlingEpochs
{
    private readonly ClassifierProgram program;
    private readonly int batches;
    private ModelState state;
    private long round;

    public StarlingEpochs(Case settings, DataSet rows)
    {
        program = new ClassifierProgram(
            new ProgramSettings
            {
                Kind = ProgramKind.Mlp,
                Hidden = [128],
                Batch = settings.Batch,
                Optimiser = settings.Optimiser,
                LearningRate = settings.LearningRate,
                Momentum = settings.Momentum,
            },
            seed: 1, node: 0, rows, rows);
        batches = rows.Rows / settings.Batch;
        state = program.Initialise();
    }

    /// <summary>One pass over all rows in a fresh order.</summary>
    public EpochTime Epoch()
    {
        var (began, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        state = program.Train(state, ++round, batches, CancellationToken.None).State;
        return new EpochTime(Stopwatch.GetElapsedTime(began).TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalSeconds);
    }

    /// <summary>The share of rows whose class is predicted.</summary>
    public double Accuracy() => program.Evaluate(state).Accuracy;
}
