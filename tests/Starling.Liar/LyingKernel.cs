using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Node.Loop;

namespace Starling.Liar;

/// <summary>
/// An honest kernel between a lying edge: what it is told and what it asks for is distorted, as the simulator's liars do it.
/// </summary>
/// <param name="kernel">The node's kernel.</param>
/// <param name="lie">What it does.</param>
internal sealed class LyingKernel(KernelDriver kernel, Lie lie)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly SortedDictionary<BlobId, FetchChunk> fetched = [];
    private TimeSpan ahead;
    private Instant lastPretence;
    private long pretences;
    private (long Round, long Term) cried;

    private NodeId Self => kernel.State.Self.Id;

    private RoundState? Round => kernel.State.Contracts.Values.Single().Fold is { Ended: false } fold ? fold.Round : null;

    /// <summary>Takes one input in.</summary>
    public ImmutableArray<Effect> Step(Input input, Instant now)
    {
        var effects = kernel.Step(input, now + ahead);
        return lie switch
        {
            Lie.WrongMerge => [.. effects.Select(Weigh)],
            Lie.CryWolf => Cry(effects, now),
            _ => Pretend(effects, now),
        };
    }

    private Effect Weigh(Effect effect) => effect is Compute { Computation: MergeUpdates merge } compute
        ? compute with
        {
            Computation = merge with { Inputs = [.. merge.Inputs.Select(i => i.Author == Self ? i with { Weight = 1000 * i.Weight } : i)] }
        }
        : effect;

    // To the kernel it looks as if the connection to the leader had broken.
    private ImmutableArray<Effect> Cry(ImmutableArray<Effect> effects, Instant now)
    {
        if (Round is not { } round || round.Leader.IsNone || round.Leader == Self || cried == (round.Round, round.Term))
            return effects;
        cried = (round.Round, round.Term);
        return [.. effects, .. kernel.Step(new PeerDown(round.Leader), now)];
    }

    private ImmutableArray<Effect> Pretend(ImmutableArray<Effect> effects, Instant now)
    {
        foreach (var fetch in effects.OfType<FetchChunk>())
            fetched[fetch.Blob] = fetch;
        if (Round is not { } round)
            return effects;
        if (round.Leader.IsNone && round.Ready.Count == round.View.Count && round.Barred != Self)
        {
            // Its clock runs ahead, so that the time of its rank has come before anybody else's.
            ahead += TimeSpan.FromSeconds(1);
            effects = [.. effects, .. kernel.Step(new Woke(), now + ahead)];
        }

        if (round.Leader != Self)
            return effects;
        effects = [.. effects.Where(effect => effect is not Compute { Computation: MergeUpdates }), new WakeAt(now + Pause)];
        if (now < lastPretence + Pause)
            return effects;
        lastPretence = now;
        return [.. effects, .. round.Ready.Values.Where(ready => fetched.ContainsKey(ready.Update))
            .Select(ready => fetched[ready.Update] with { Id = new OperationId(long.MaxValue - ++pretences) })];
    }
}
