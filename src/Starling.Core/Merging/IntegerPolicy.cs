namespace Starling.Core.Merging;

/// <summary>What becomes of integer tensors, which no merge rule is defined for.</summary>
public enum IntegerPolicy
{
    /// <summary>
    /// Those of the state that the rule chose (<see cref="IPreparedMerge.Chosen"/>), or else of the merging node's own
    /// (<see cref="MergeInputs.Own"/>); where there is neither, of each element the weighted median, and the lower of two: attackers with
    /// less than half of the weight cannot move it past all others.
    /// </summary>
    Keep,

    /// <summary>The weighted mean, exact, rounded to the nearest integer and on a tie to the even one. Truth values are kept.</summary>
    Average,
}
