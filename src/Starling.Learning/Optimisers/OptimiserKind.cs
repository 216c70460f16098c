namespace Starling.Learning.Optimisers;

/// <summary>How a gradient becomes a step.</summary>
public enum OptimiserKind
{
    /// <summary>Stochastic gradient descent with momentum.</summary>
    Sgd = 0,

    /// <summary>Adam: steps scaled by running moments of the gradient.</summary>
    Adam = 1,
}
