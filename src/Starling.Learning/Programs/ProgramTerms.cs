using Starling.Core.Kernel;

namespace Starling.Learning.Programs;

/// <summary>On which terms one node's program takes part in a training.</summary>
/// <param name="Weight">The weight of its updates, 1 to 100; null for the number of its rows.</param>
/// <param name="Epochs">After how many passes over its rows it has trained enough; 0 for never.</param>
/// <param name="CheckIn">What its node does then.</param>
public sealed record ProgramTerms(int? Weight = null, int Epochs = 0, CheckIn CheckIn = CheckIn.Snapshot)
{
    private const long MaxWeight = 1_000_000;

    /// <summary>The weight of an update in a merge.</summary>
    public long WeightOf(ITrainingProgram program) => Weight ?? Math.Clamp(program.Examples, 1, MaxWeight);

    /// <summary>The batches after which the program has trained enough; null for never.</summary>
    public long? EnoughFor(ITrainingProgram program) => Epochs > 0 ? Epochs * program.BatchesPerEpoch : null;

    /// <summary>What the node does from now on, if the program has trained enough with this assignment; else null.</summary>
    public CheckIn? After(Assignment assignment, ITrainingProgram program) =>
        assignment.Done + assignment.Batches >= EnoughFor(program) ? CheckIn : null;
}
