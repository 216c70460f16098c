using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Simulation.Faults;

namespace Starling.Simulation;

/// <summary>What came of one seed; where nodes follow two contracts, of the first of them, with violations and counts of both.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Faults">How hard it was attacked.</param>
/// <param name="Events">How many events happened.</param>
/// <param name="VirtualTime">How long it took in virtual time.</param>
/// <param name="Violations">What must never be and was; empty if all is well.</param>
/// <param name="TraceHash">The digest of everything that happened, equal for equal runs.</param>
/// <param name="Rounds">How many rounds committed, or every honest node that lives on has passed.</param>
/// <param name="Loss">The loss of the last merge, or of the mean of the honest nodes' models, on the held-out rows;
/// NaN without one.</param>
/// <param name="Accuracy">The accuracy of the same model there; NaN without one.</param>
/// <param name="Counts">What happened how often.</param>
public sealed record SimulationResult(
    ulong Seed,
    FaultLevel Faults,
    long Events,
    TimeSpan VirtualTime,
    ImmutableArray<Violation> Violations,
    Digest TraceHash,
    int Rounds,
    double Loss,
    double Accuracy,
    StormCounts Counts)
{
    /// <summary>
    /// In how many of the rounds that stand each node was named for another merge than the majority's; nodes that never were are left out.
    /// </summary>
    public ImmutableSortedDictionary<string, int> Named { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>The kinds of faults that the seed drew.</summary>
    public ImmutableSortedSet<FaultKind> FaultKinds { get; init; } = [];

    /// <summary>
    /// The settings that the seed has otherwise than the experiment, with the values that it drew, as a file would have them; of
    /// <c>training.epochs</c> and <c>training.checkIn</c> a list has one for each node. What a second contract has otherwise begins with
    /// <c>second</c> instead of <c>training</c>.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Drawn { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Which nodes lied, and how.</summary>
    public ImmutableSortedDictionary<string, ImmutableSortedSet<LieKind>> Liars { get; init; } =
        ImmutableSortedDictionary<string, ImmutableSortedSet<LieKind>>.Empty;
}
