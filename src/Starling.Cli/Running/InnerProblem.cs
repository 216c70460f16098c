using Starling.Cli.Models;
using Starling.Cli.Runs;
using Starling.Core.Models;
using Starling.Learning.Data.Splits;
using Starling.Learning.Experiments;

namespace Starling.Cli.Running;

/// <summary>Programs of ours, over rows that the experiment divides.</summary>
/// <param name="problem">The experiment's rows.</param>
internal sealed class InnerProblem(ExperimentProblem problem) : RunProblem
{
    /// <inheritdoc/>
    public override ModelSchema Schema { get; } = problem.Node(0).Schema;

    /// <inheritdoc/>
    public override SplitTable? Table => problem.Table;

    /// <inheritdoc/>
    public override Score Alone(int node, string folder, CancellationToken cancellation) =>
        Score.Of(problem.TrainAlone(node, cancellation));

    /// <inheritdoc/>
    public override Score Pooled(string folder, CancellationToken cancellation) =>
        Score.Of(problem.TrainPooled(cancellation));

    /// <inheritdoc/>
    public override Score Measure(string model) => Score.Of(problem.Node(0).Evaluate(ModelFile.Load(model)));
}
