using Starling.Core.Identity;

namespace Starling.Core.Training;

/// <summary>What the fold keeps of an accepted <see cref="Ready"/>.</summary>
public sealed record ReadyUpdate(BlobId Update, long Weight, UpdateMetrics Metrics, bool IsFinal);
