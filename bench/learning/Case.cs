using System.Globalization;
using Starling.Learning.Optimisers;

namespace Starling.Bench.Learning;

/// <summary>A way to train that both sides measure.</summary>
/// <param name="Batch">Rows a mini-batch.</param>
/// <param name="Optimiser">How a gradient becomes a step.</param>
/// <param name="LearningRate">The size of a step.</param>
/// <param name="Momentum">For gradient descent.</param>
internal sealed record Case(int Batch, OptimiserKind Optimiser, double LearningRate, double Momentum)
{
    /// <summary>The line that asks the other side for it.</summary>
    public string Command =>
        string.Create(CultureInfo.InvariantCulture, $"start {Batch} {Optimiser.ToString().ToLowerInvariant()} {LearningRate} {Momentum}");

    /// <inheritdoc/>
    public override string ToString() => $"{Optimiser.ToString().ToLowerInvariant()}{(Momentum > 0 ? $" {Momentum}" : "")}, batch {Batch}";
}
