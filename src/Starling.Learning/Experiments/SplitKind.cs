namespace Starling.Learning.Experiments;

/// <summary>How rows are divided among nodes.</summary>
public enum SplitKind
{
    /// <summary>At random, in equal parts.</summary>
    Iid = 0,

    /// <summary>Each class in proportions drawn from a Dirichlet distribution.</summary>
    Dirichlet = 1,

    /// <summary>A few classes a node.</summary>
    Class = 2,

    /// <summary>At random, in unequal parts.</summary>
    Size = 3,

    /// <summary>Not at all: every node has rows of its own, and trains on all of them.</summary>
    Own = 4,
}
