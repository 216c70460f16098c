using Starling.Core.Models;
using Starling.Learning.Programs;

namespace Starling.Programs;

/// <summary>A program that trains without a node: what a member reaches on its own rows alone, or one with all rows.</summary>
/// <param name="program">What is trained.</param>
/// <param name="epochs">How often it goes over its rows.</param>
internal sealed class LonelyTraining(ITrainingProgram program, int epochs)
{
    /// <summary>Trains.</summary>
    /// <param name="told">Hears what happens.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <returns>How good the last model is.</returns>
    public Evaluation Run(Action<string> told, CancellationToken cancellation)
    {
        var state = program.Initialise();
        for (var epoch = 1; epoch <= epochs; epoch++)
            state = program.Train(state, epoch, checked((int)program.BatchesPerEpoch), cancellation).State;
        var reached = program.Evaluate(state);
        told($"trained {epochs} epochs of {program.Examples} rows without a node: accuracy {reached.Accuracy:0.000}, loss {reached.Loss:0.000}");
        return reached;
    }

    /// <summary>The model before the first batch, as a safetensors file.</summary>
    public byte[] InitialModel() => Safetensors.Write(program.Initialise());
}
