namespace Starling.Cli.Commands;

/// <summary>What <c>starling model predict --json</c> prints of each row, an object a line.</summary>
/// <param name="Row">Its place, from 0.</param>
/// <param name="Label">The class that the rows say.</param>
/// <param name="Predicted">The class that the model says.</param>
/// <param name="Probability">How likely the model takes that for; absent if that is not a finite number.</param>
internal sealed record PredictionLine(int Row, string Label, string Predicted, float? Probability)
{
    /// <summary>What a model says of a row.</summary>
    public static PredictionLine Of(int row, string label, string predicted, float probability) =>
        new(row, label, predicted, float.IsFinite(probability) ? probability : null);
}
