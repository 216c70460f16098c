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
}
