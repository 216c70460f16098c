namespace Starling.Core.Training;

/// <summary>
/// Within which bounds the sync interval follows the validation loss. A part of the contract's settings, so that all members train the same
/// number of batches: <see cref="SyncPace"/> is the rule.
/// </summary>
/// <param name="Least">The shortest interval, in batches, 1 to 1,000,000.</param>
/// <param name="Most">The longest interval, in batches, from <paramref name="Least"/> to 1,000,000.</param>
/// <param name="Window">Over how many rounds the loss is averaged, 1 to 100.</param>
public sealed record AdaptiveInterval(int Least, int Most, int Window)
{
    /// <summary>The widest window.</summary>
    public const int MaxWindow = 100;

    /// <summary>Whether every value lies within its bounds.</summary>
    public bool IsValid => Least >= 1 && Most >= Least && Most <= TrainingSettings.MaxSyncInterval && Window is >= 1 and <= MaxWindow;
}
