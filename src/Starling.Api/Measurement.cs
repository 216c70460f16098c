namespace Starling.Api;

/// <summary>What a model scored on the node's test rows.</summary>
/// <param name="Round">The round whose model was measured: of a merge, the round that committed it.</param>
/// <param name="Loss">The mean loss; null if it is not a finite number.</param>
/// <param name="Accuracy">The accuracy, 0 to 1; null if there is none.</param>
/// <param name="Auc">The area under the ROC curve, macro average over the classes; null if there is none.</param>
/// <param name="F1">The F1 score, macro average over the classes; null if there is none.</param>
/// <param name="Examples">How many examples were measured.</param>
public sealed record Measurement(long Round, double? Loss, double? Accuracy, double? Auc, double? F1, long Examples)
{
    /// <summary>A number as JSON can hold it: null if it is not finite.</summary>
    public static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
