namespace Starling.Learning.Optimisers;

/// <summary>Turns gradients into steps. Its memory (momentum, moments) is its own and outlives a round.</summary>
public interface IOptimiser
{
    /// <summary>Moves the weights by one step.</summary>
    /// <param name="weights">As many floats as the optimiser was made for.</param>
    /// <param name="gradient">The gradient at the weights, as long as they.</param>
    void Step(Span<float> weights, ReadOnlySpan<float> gradient);
}
