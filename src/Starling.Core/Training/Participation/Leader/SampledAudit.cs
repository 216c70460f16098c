using System.Collections.Immutable;
using Starling.Core.Kernel;
using Starling.Core.Identity;

namespace Starling.Core.Training.Participation.Leader;

/// <summary>
/// Audits a proposed merge by chunks drawn from this node's secret randomness once the proposal stands: the same chunks of every update are
/// fetched, merged again and compared. Whoever finds a difference, or that an update was left out falsely, audits in full.
/// </summary>
/// <remarks>
/// A cheat on the share p of the chunks passes one auditor of k chunks with a chance of at most (1 - p)^k, and the round only if it passes
/// every auditor that votes. The audit costs k chunks of every update, besides the merge itself, which its voter must hold anyway.
/// </remarks>
internal static class SampledAudit
{
    /// <summary>Whether this node must merge by itself before it votes in this term.</summary>
    public static bool IsFull(Participant p, RoundState round) => round.Settings.Audit switch
    {
        AuditMode.Full => true,
        AuditMode.Off => false,
        _ => !round.Settings.AllowsSamples || round.IsDisputed || LeavesOutFalsely(p, round)
            || (p.Sample is { Agrees: false } sample && sample.IsOf(round)),
    };

    /// <summary>Whether this node is to draw a sample of the proposal, or has drawn one and not voted yet.</summary>
    public static bool IsDue(Participant p, RoundState round, NodeId self) =>
        round.Proposal is not null && round.Settings.Audit == AuditMode.Sampled
        && round.Leader != self && round.Frozen.Contains(self) && !round.Votes.ContainsKey(self) && !IsFull(p, round);

    /// <summary>Whether the sample agrees, and whoever was left out was rightly.</summary>
    public static bool HasPassed(Participant p, RoundState round) =>
        p.Sample is { Agrees: true } sample && sample.IsOf(round) && Accused(round).All(
        member =>
            round.Ready.TryGetValue(member, out var ready) && p.Inspections.TryGetValue(ready.Update, out var inspection)
                && inspection is { IsDone: true, Fault: not null });

    /// <summary>The members that the leader left out for a reason that anyone can check.</summary>
    public static IEnumerable<NodeId> Accused(RoundState round) =>
        round.LeftOut.Where(left => left.Reason != LeftOutReason.Unavailable).Select(left => left.Member);

    /// <summary>Draws, and compares once the chunks are here.</summary>
    public static void Advance(NodeStep step, ContractId contract)
    {
        var p = step[contract];
        var round = p.Fold.Round!;
        if (!IsDue(p, round, step.Self))
        {
            Abandon(step, contract);
            return;
        }

        if (p.Sample is null || !p.Sample.IsOf(round))
        {
            Abandon(step, contract);
            step[contract] = step[contract] with
            {
                Sample = new SampleState(round.OpenedAt, round.Term, round.Proposal!.Merge, [], null, null, Instant.Zero)
            };
        }

        var sample = step[contract].Sample!;
        if (sample.Operation is not null || sample.Agrees is not null || !step.State.Held.Contains(sample.Merge)
            || !step.Due(sample.RetryAt))
            return;
        if (sample.Chunks.IsEmpty)
            Begin(step, contract, new AwaitedMergeOpening(contract), id => new OpenBlob(id, sample.Merge));
        else if (MergeWork.Inputs(round, round.Proposal!.Contributors) is var inputs && inputs.Length == round.Proposal.Contributors.Length
            && inputs.All(i => IsHere(step, i.Blob, sample)))
            Begin(step, contract, new AwaitedAudit(contract), id => new Compute(id, new AuditMerge(round.Settings.MergeRule,
                round.Settings.MergeParameters, round.Settings.SchemaHash, inputs, sample.Merge, [.. sample.Chunks])));
    }

    /// <summary>The merge was opened, or the comparison is done.</summary>
    public static void Completed(NodeStep step, AwaitedByProtocol awaited, Completion completion)
    {
        switch (awaited, completion)
        {
            case (AwaitedMergeOpening opening, BlobOpened opened):
                Opened(step, opening.Contract, opened);
                break;
            case (AwaitedAudit audit, Computed done):
                Computed(step, audit.Contract, done.Result);
                break;
            default:
                throw new InvalidOperationException($"{completion.GetType().Name} completes what was for {awaited.GetType().Name}.");
        }
    }

    /// <summary>How many chunks the merge has is known: draws from them.</summary>
    private static void Opened(NodeStep step, ContractId contract, BlobOpened opened)
    {
        var p = step[contract];
        var sample = p.Sample! with { Operation = null };
        var count = opened.Manifest?.Chunks.Length ?? 0;
        var drawn = ImmutableSortedSet.CreateBuilder<int>();
        if (p.Fold.Round!.Settings.AuditChunks >= count)
            drawn.UnionWith(Enumerable.Range(0, count));
        else
            while (drawn.Count < p.Fold.Round.Settings.AuditChunks)
                drawn.Add(step.Random.Next(count));
        step[contract] = p with
        {
            Sample = count > 0
                ? sample with { Chunks = drawn.ToImmutable() }
                : sample with { RetryAt = step.Now + step.State.Options.RetryInterval },
        };
    }

    /// <summary>The comparison is done.</summary>
    private static void Computed(NodeStep step, ContractId contract, ComputationResult result)
    {
        var p = step[contract];
        var sample = p.Sample! with { Operation = null };
        switch (result)
        {
            case MergeAudited audited:
                step[contract] = p with { Sample = sample with { Agrees = audited.Agrees } };
                break;
            case ComputationFailed failed:
                // A chunk may have been lost with the file that it was in: look again what is here.
                step.State = step.State with
                {
                    Parts = step.State.Parts.RemoveRange(
                        MergeWork.Inputs(p.Fold.Round!, p.Fold.Round!.Proposal?.Contributors ?? []).Select(i => i.Blob))
                };
                step[contract] = p with { Sample = sample with { RetryAt = step.Now + step.State.Options.RetryInterval } };
                step.Report(new Trouble(contract, $"A merge cannot be audited: {failed.Reason}"));
                break;
            default:
                throw new InvalidOperationException($"{result.GetType().Name} answers an audit.");
        }
    }

    private static bool LeavesOutFalsely(Participant p, RoundState round) => Accused(round).Any(
        member =>
            round.Ready.TryGetValue(member, out var ready) && p.Inspections.TryGetValue(ready.Update, out var inspection)
                && inspection is { IsDone: true, Fault: null });

    private static bool IsHere(NodeStep step, BlobId update, SampleState sample) =>
        step.State.Held.Contains(update) || (step.State.Parts.TryGetValue(update, out var parts) && parts.IsSupersetOf(sample.Chunks));

    private static void Begin(NodeStep step, ContractId contract, Awaited awaited, Func<OperationId, Operation> operation)
    {
        var id = step.Do(awaited, operation);
        step[contract] = step[contract] with { Sample = step[contract].Sample! with { Operation = id } };
    }

    /// <summary>Stops what is under way: the proposal is settled, or this node has to audit in full.</summary>
    public static void Abandon(NodeStep step, ContractId contract)
    {
        if (step[contract].Sample?.Operation is not { } operation)
            return;
        step.State = step.State with { Operations = step.State.Operations.Remove(operation) };
        step.Do(new Cancel(operation));
        step[contract] = step[contract] with { Sample = step[contract].Sample! with { Operation = null } };
    }
}
