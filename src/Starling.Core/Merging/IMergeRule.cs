using System.Collections.Immutable;

namespace Starling.Core.Merging;

/// <summary>
/// How many states become one. A rule is a pure function: the same inputs, weights and parameters give the same bits on every machine,
/// whatever its vector width, the number of threads and the pieces that the result is computed in.
/// </summary>
public interface IMergeRule
{
    /// <summary>
    /// The name that it is chosen by: lower-case letters and digits, and in parentheses the name of the rule that it builds on, if any.
    /// </summary>
    string Name { get; }

    /// <summary>One line for people.</summary>
    string Summary { get; }

    /// <summary>What can be set, sorted by name.</summary>
    ImmutableArray<MergeParameter> Parameters { get; }

    /// <summary>
    /// Whether an element of the result depends on the same element of the states alone. If not, a part cannot be
    /// audited without the whole.
    /// </summary>
    bool IsCoordinatewise { get; }

    /// <summary>
    /// The fewest states that it merges with these parameters; with fewer there is <see cref="MergeFaultKind.TooFewStates"/>.
    /// </summary>
    int LeastCount(MergeParameters parameters) => 1;

    /// <summary>Does what needs the whole states, such as the distances between them.</summary>
    /// <param name="inputs">States of one schema.</param>
    /// <param name="parameters">This rule's.</param>
    /// <param name="scheduler">Runs the work.</param>
    /// <param name="fault">Why there is no result.</param>
    /// <returns>What computes the result piece by piece, or null after a fault.</returns>
    IPreparedMerge? Prepare(MergeInputs inputs, MergeParameters parameters, IBlockScheduler scheduler, out MergeFault? fault);
}
