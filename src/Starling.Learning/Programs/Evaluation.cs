namespace Starling.Learning.Programs;

/// <summary>How well a model does on some rows.</summary>
/// <param name="Loss">The mean loss a row; cross-entropy in nats for classifiers.</param>
/// <param name="Accuracy">The share of rows whose class is predicted, 0 to 1.</param>
/// <param name="Auc">Area under the receiver operating characteristic, one class against the rest, averaged over classes;
/// null where undefined.</param>
/// <param name="F1">The mean over classes of the harmonic mean of precision and recall; null where it was not measured.</param>
/// <param name="Examples">How many rows were measured.</param>
public sealed record Evaluation(double Loss, double Accuracy, double? Auc, double? F1, long Examples);
