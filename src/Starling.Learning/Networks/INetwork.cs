using Starling.Core.Kernel;

namespace Starling.Learning.Networks;

/// <summary>
/// A network that tells classes apart, over weights that lie in a flat buffer of its user's. It keeps what a batch leaves behind in each
/// layer, so it serves one thread, and a <see cref="Backward"/> belongs to the <see cref="Forward"/> before it.
/// </summary>
internal interface INetwork
{
    /// <summary>How many floats are trained.</summary>
    int ParameterCount { get; }

    /// <summary>The number of classes.</summary>
    int Classes { get; }

    /// <summary>After <see cref="Forward"/>: each row's class probabilities, rows x classes.</summary>
    ReadOnlySpan<float> Probabilities { get; }

    /// <summary>Draws weights.</summary>
    void Initialise(Span<float> weights, SeededRandom random);

    /// <summary>Computes <see cref="Probabilities"/> for a batch of rows x features.</summary>
    void Forward(ReadOnlySpan<float> weights, ReadOnlySpan<float> features, int rows);

    /// <summary>
    /// The gradient of the mean cross-entropy over the rows of the last <see cref="Forward"/>; returns that mean, in nats.
    /// </summary>
    double Backward(ReadOnlySpan<float> weights, ReadOnlySpan<float> features, ReadOnlySpan<int> labels, Span<float> gradient);
}
