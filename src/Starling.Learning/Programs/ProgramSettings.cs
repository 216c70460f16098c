using System.Collections.Immutable;
using Starling.Learning.Networks;
using Starling.Learning.Optimisers;

namespace Starling.Learning.Programs;

/// <summary>The model of an experiment and how it learns; the <c>program</c> section of its file.</summary>
public sealed record ProgramSettings
{
    /// <summary>What is trained.</summary>
    public required ProgramKind Kind { get; init; }

    /// <summary>For a program in a process of its own: how it is started; else null.</summary>
    public ProgramLaunch? Command { get; init; }

    /// <summary>Units of each hidden layer, from the features on, or behind the convolutions; empty for softmax regression.</summary>
    public ImmutableArray<int> Hidden { get; init; } = [];

    /// <summary>For a convolutional network: the channels that each of its stages gives.</summary>
    public ImmutableArray<int> Channels { get; init; } = [];

    /// <summary>For a convolutional network: how large its images are; null for squares.</summary>
    public ImageShape? Image { get; init; }

    /// <summary>How a gradient becomes a step.</summary>
    public OptimiserKind Optimiser { get; init; } = OptimiserKind.Sgd;

    /// <summary>The size of a step, above 0; for the synthetic problem the relaxation, below 2.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>The share of the velocity that gradient descent keeps, from 0 to below 1.</summary>
    public double Momentum { get; init; }

    /// <summary>Rows a mini-batch, from 1.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Parameters of the synthetic problem, from 1.</summary>
    public int Parameters { get; init; } = 16;

    /// <summary>Bytes of untrained zeros that are added to the model.</summary>
    public long PaddingBytes { get; init; }

    /// <summary>The padding in floats, rounded up.</summary>
    public long PaddingFloats => (PaddingBytes + sizeof(float) - 1) / sizeof(float);
}
