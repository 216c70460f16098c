using Starling.Api;
using Starling.Learning.Programs;

namespace Starling.Cli.Runs;

/// <summary>How well a model does on the held-out rows. An absent value is not a finite number.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The accuracy, 0 to 1.</param>
/// <param name="Auc">The area under the ROC curve, macro average.</param>
/// <param name="F1">The F1 score, macro average.</param>
/// <param name="Examples">How many rows were measured.</param>
internal sealed record Score(double? Loss, double? Accuracy, double? Auc, double? F1, long Examples)
{
    /// <summary>What a program measured.</summary>
    public static Score Of(Evaluation e) => new(Finite(e.Loss), Finite(e.Accuracy), Finite(e.Auc), Finite(e.F1), e.Examples);

    /// <summary>What a node measured.</summary>
    public static Score Of(Measurement e) => new(e.Loss, e.Accuracy, e.Auc, e.F1, e.Examples);

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
