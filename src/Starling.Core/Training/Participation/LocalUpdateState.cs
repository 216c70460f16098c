using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>The update of this node's own program.</summary>
/// <param name="Round">The round that it was trained for.</param>
/// <param name="Base">The merge that it was trained from.</param>
/// <param name="Update">Its blob.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Weight">Its weight in the merge.</param>
/// <param name="Metrics">What the program measured.</param>
/// <param name="Final">What this node does from now on, if its program has trained all that it meant to; else null.</param>
/// <param name="IsRecorded">Whether the journal tells of it.</param>
/// <param name="Saving">The save of its journal record, if that is under way; else null.</param>
public sealed record LocalUpdateState(
    long Round, BlobId Base, BlobId Update, long Bytes, long Weight, UpdateMetrics Metrics, CheckIn? Final, bool IsRecorded,
    OperationId? Saving);
