using System.Collections.Immutable;

namespace Starling.Core.Merging;

/// <summary>
/// Multi-Krum (Blanchard et al., 2017): the weighted mean (<see cref="MeanRule"/>) of the m states with the least scores of
/// <see cref="KrumRule"/>. It tolerates f attackers among n states if n is at least 2 f + 3 and m is at most n - f - 2 (Damaskinos et al.,
/// "AggregaThor", 2019). Weights play no part in the choice, but in the mean; an attacker that is close enough to be chosen gains by a
/// large one. Ties go to the lesser author's id.
/// </summary>
public sealed class MultiKrumRule : IMergeRule
{
    private const string Chosen = "m";

    /// <inheritdoc/>
    public string Name => "multikrum";

    /// <inheritdoc/>
    public string Summary => "the weighted mean of the models that are closest to their neighbours";

    /// <inheritdoc/>
    public ImmutableArray<MergeParameter> Parameters { get; } =
    [
        new(KrumRule.Attackers, 0, 0, KrumRule.MostAttackers, true,
            "how many of the n models may be an attacker's, with n at least 2 f + 3; 0 for as many as n and m allow"),
        new(Chosen, 0, 0, MergeInputs.MaxCount - 2, true, "how many models are averaged, at most n - f - 2; 0 for so many"),
    ];

    /// <inheritdoc/>
    public bool IsCoordinatewise => false;

    /// <inheritdoc/>
    public int LeastCount(MergeParameters parameters) =>
        KrumSelection.LeastCount((int)parameters[KrumRule.Attackers], (int)parameters[Chosen]);

    /// <inheritdoc/>
    public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault) =>
        KrumSelection.Prepare(inputs, (int)parameters[KrumRule.Attackers], (int)parameters[Chosen], scheduler, out fault);
}
