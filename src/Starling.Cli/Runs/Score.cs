using Starling.Api;
using Starling.Learning.Programs;
using static Starling.Api.Measurement;

namespace Starling.Cli.Runs;

/// <summary>How well a model does on the held-out rows. An absent value is not a finite number.</summary>
/// <param name="Loss">The mean loss.</param>
/// <param name="Accuracy">The accuracy, 0 to 1.</param>
/// <param name="Auc">The area under the ROC curve, macro average.</param>
/// <param name="F1">The F1 score, macro average.</param>
/// <param name="Examples">How many rows were measured.</param>
internal sealed record Score(double? Loss, double? Accuracy, double? Auc, double? F1, long Examples)
{
    /// <summary>Of a program that measures nothing.</summary>
    public static Score None { get; } = new(null, null, null, null, 0);

    /// <summary>What a program measured.</summary>
    public static Score Of(Evaluation e) => new(Finite(e.Loss), Finite(e.Accuracy), Finite(e.Auc), Finite(e.F1), e.Examples);

    /// <summary>What a node measured.</summary>
    public static Score Of(Measurement e) => new(e.Loss, e.Accuracy, e.Auc, e.F1, e.Examples);

    /// <summary>The mean of scores on the same rows; null of none. Of equal ones it is that very one.</summary>
    public static Score? Mean(IEnumerable<Score> scores)
    {
        var all = scores.ToList();
        return all.Distinct().Count() switch
        {
            0 => null,
            1 => all[0],
            _ => new Score(all.Average(s => s.Loss), all.Average(s => s.Accuracy), all.Average(s => s.Auc), all.Average(s => s.F1),
                all[0].Examples),
        };
    }
}
