namespace Starling.Learning.Programs;

/// <summary>What an experiment trains.</summary>
public enum ProgramKind
{
    /// <summary>Softmax regression: one layer from features to classes.</summary>
    Softmax = 0,

    /// <summary>A multilayer perceptron with rectified linear units.</summary>
    Mlp = 1,

    /// <summary>Linear equations of a few parameters with a known optimum.</summary>
    Synthetic = 2,

    /// <summary>
    /// A small convolutional network: stages of 3 x 3 convolution, rectifier and 2 x 2 pooling, then fully connected layers.
    /// </summary>
    Cnn = 3,

    /// <summary>A program in a process of its own, in any language, that trains over a session with its node.</summary>
    Command = 4,
}
