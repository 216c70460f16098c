namespace Starling.Learning.Experiments;

/// <summary>Where an experiment's rows come from.</summary>
public enum DataSource
{
    /// <summary>The handwritten digits that come with Starling.</summary>
    Digits = 0,

    /// <summary>A file of comma-separated values.</summary>
    Csv = 1,

    /// <summary>A folder with the four files of MNIST, or of a set that is laid out like it.</summary>
    Idx = 2,

    /// <summary>No rows: the synthetic problem draws its own.</summary>
    Synthetic = 3,

    /// <summary>The program's own: it reads them itself, and nothing is known of them here.</summary>
    Own = 4,
}
