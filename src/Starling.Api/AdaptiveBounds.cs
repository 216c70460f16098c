namespace Starling.Api;

/// <summary>Within which bounds a contract's sync interval follows the validation loss.</summary>
/// <param name="Least">The shortest interval, in batches.</param>
/// <param name="Most">The longest interval, in batches.</param>
/// <param name="Window">Over how many rounds the loss is averaged.</param>
public sealed record AdaptiveBounds(int Least, int Most, int Window);
