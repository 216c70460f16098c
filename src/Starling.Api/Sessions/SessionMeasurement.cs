namespace Starling.Api.Sessions;

/// <summary>A program has measured a model: <c>POST /v1/measured/NUMBER</c>.</summary>
/// <param name="Subject">What was measured.</param>
/// <param name="Loss">The mean loss a row.</param>
/// <param name="Accuracy">The share of rows whose class is predicted, 0 to 1; null if that says nothing of it.</param>
/// <param name="Auc">The area under the curve; null where it was not measured.</param>
/// <param name="F1">The F1 score; null where it was not measured.</param>
/// <param name="Examples">How many rows were measured.</param>
public sealed record SessionMeasurement(ModelSubject Subject, double? Loss, double? Accuracy, double? Auc, double? F1, long Examples);
