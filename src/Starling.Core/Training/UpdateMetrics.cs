namespace Starling.Core.Training;

/// <summary>What a program measured when it handed over an update. NaN where it did not measure.</summary>
/// <param name="Loss">The loss on validation data.</param>
/// <param name="Accuracy">The accuracy there, 0 to 1.</param>
public sealed record UpdateMetrics(double Loss, double Accuracy)
{
    /// <summary>Nothing was measured.</summary>
    public static UpdateMetrics None { get; } = new(double.NaN, double.NaN);
}
