using Starling.Cli.Runs;

namespace Starling.Cli.Running;

/// <summary>What one node measured and counted in one round.</summary>
internal sealed class NodeRound
{
    /// <summary>What its update scored.</summary>
    public Score? Local { get; set; }

    /// <summary>What the round's merge scored.</summary>
    public Score? Merged { get; set; }

    /// <summary>When it began to train.</summary>
    public DateTimeOffset? Began { get; set; }

    /// <summary>How long it trained.</summary>
    public double? TrainingSeconds { get; set; }

    /// <summary>Its update's length.</summary>
    public long? UpdateBytes { get; set; }

    /// <summary>Bytes received from peers up to the round's commit.</summary>
    public long? BytesIn { get; set; }

    /// <summary>Bytes sent to peers up to the round's commit.</summary>
    public long? BytesOut { get; set; }
}
