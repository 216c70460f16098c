namespace Starling.Api.Sessions;

/// <summary>What the contract fixes for all members, so that a program can tell at once if it was written for another one.</summary>
/// <param name="Protocol">The sync protocol.</param>
/// <param name="Rounds">Rounds to train.</param>
/// <param name="SyncInterval">Local batches between two rounds; where the interval adapts, the first one.</param>
/// <param name="MinPeers">Members that a round needs.</param>
/// <param name="MergeRule">The merge rule.</param>
/// <param name="Adaptive">Whether the interval follows the loss.</param>
/// <param name="MaxWeight">The largest weight of an update.</param>
public sealed record SessionTerms(string Protocol, long Rounds, int SyncInterval, int MinPeers, string MergeRule, bool Adaptive,
    long MaxWeight);
