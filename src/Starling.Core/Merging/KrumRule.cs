using System.Collections.Immutable;

namespace Starling.Core.Merging;

/// <summary>
/// Krum (Blanchard et al., 2017): the one state that lies closest to its n - f - 2 nearest neighbours, bit for bit. It tolerates f
/// attackers among n states if n is at least 2 f + 3. Weights play no part: an attacker may claim any. Ties go to the state whose author's
/// id is less. Work grows with the square of the number of states. Distances are taken from differences in float64 and never from norms and
/// inner products in float32, which choose attackers where the states are close together and far from 0.
/// </summary>
public sealed class KrumRule : IMergeRule
{
    internal const string Attackers = "f";

    // The most for MergeInputs.MaxCount states.
    internal const int MostAttackers = (MergeInputs.MaxCount - 3) / 2;

    /// <inheritdoc/>
    public string Name => "krum";

    /// <inheritdoc/>
    public string Summary => "the one model that is closest to its neighbours";

    /// <inheritdoc/>
    public ImmutableArray<MergeParameter> Parameters { get; } =
    [
        new(Attackers, 0, 0, MostAttackers, true,
            "how many of the n models may be an attacker's, with n at least 2 f + 3; 0 for as many as n allows"),
    ];

    /// <inheritdoc/>
    public bool IsCoordinatewise => false;

    /// <inheritdoc/>
    public int LeastCount(MergeParameters parameters) => KrumSelection.LeastCount((int)parameters[Attackers], 1);

    /// <inheritdoc/>
    public IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault) =>
        KrumSelection.Prepare(inputs, (int)parameters[Attackers], 1, scheduler, out fault);
}
