namespace Starling.Core.Merging;

/// <summary>What becomes of integer tensors, which no merge rule is defined for.</summary>
public enum IntegerPolicy
{
    /// <summary>The first state's, in the merge's order.</summary>
    Keep,

    /// <summary>The weighted mean, exact, rounded to the nearest integer and on a tie to the even one. Truth values are kept.</summary>
    Average,
}
