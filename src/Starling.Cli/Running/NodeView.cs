using Starling.Api.Events;
using Starling.Cli.Runs;

namespace Starling.Cli.Running;

/// <summary>What a run knows of one of its nodes.</summary>
/// <param name="name">The node's short name.</param>
internal sealed class NodeView(string name)
{
    private readonly RoundPace pace = new();
    private long earlierIn, earlierOut, bytesIn, bytesOut;
    private int lives;

    /// <summary>The node's short name.</summary>
    public string Name => name;

    /// <summary>What it does now, in a word or two.</summary>
    public string Doing { get; set; } = "starting";

    /// <summary>How often its process was started again, after it died or the whole run was resumed.</summary>
    public int Restarts => Math.Max(0, lives - 1);

    /// <summary>Whether it has told anything in its present life.</summary>
    public bool IsUp { get; set; }

    /// <summary>What its own update scored last.</summary>
    public Score? Local { get; set; }

    /// <summary>What the merge scored last.</summary>
    public Score? Merged { get; set; }

    /// <summary>What the final model scored; null until the node has it.</summary>
    public Score? Final { get; set; }

    /// <summary>The blob id of the model that it ended with; null until then.</summary>
    public string? FinalModel { get; set; }

    /// <summary>The contract's epoch that it tells of: an admin's restart begins the next one.</summary>
    public long Epoch { get; set; }

    /// <summary>Whether its process is not started again: nobody waits for it.</summary>
    public bool IsGone { get; set; }

    /// <summary>The last round whose result it has, the commit or its own average; 0 before the first.</summary>
    public long Round => pace.Round;

    /// <summary>Bytes received from peers, over all its lives.</summary>
    public long BytesIn => earlierIn + bytesIn;

    /// <summary>Bytes sent to peers, over all its lives.</summary>
    public long BytesOut => earlierOut + bytesOut;

    /// <summary>It has the result of a round.</summary>
    public void Reach(long round, DateTimeOffset at) => pace.Reach(round, at);

    /// <summary>How long it still trains at the pace of its last rounds; null before there is one, and once nothing is left.</summary>
    /// <param name="rounds">How many rounds are to be trained.</param>
    public TimeSpan? Remaining(long rounds) => Final is not null || IsGone ? null : pace.Remaining(rounds);

    /// <summary>Its process began to count anew.</summary>
    public void BeginLife()
    {
        (earlierIn, earlierOut, bytesIn, bytesOut) = (BytesIn, BytesOut, 0, 0);
        IsUp = true;
        lives++;
    }

    /// <summary>Its process has counted so far.</summary>
    public void Count(long received, long sent) => (bytesIn, bytesOut) = (Math.Max(bytesIn, received), Math.Max(bytesOut, sent));
}
