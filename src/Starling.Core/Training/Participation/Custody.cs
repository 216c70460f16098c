using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;

namespace Starling.Core.Training.Participation;

/// <summary>
/// Keeps the node's blobs as its contracts need them: fetches what is wanted, syncs what is promised, serves what may be served and lets
/// go what nobody needs. Level-triggered: it compares what should be with what is.
/// </summary>
internal static class Custody
{
    /// <summary>Lets the transfers see an input.</summary>
    public static void Transfer(NodeStep step, Input input)
    {
        if (input is Completion completion && step.State.Transfers.Requests.TryGetValue(completion.Operation, out var request))
            TellFetched(step, request, input);
        else if (input is ChunkProgressed progressed && step.State.Transfers.Requests.TryGetValue(progressed.Operation, out request))
            TellFetched(step, request, input);
        Apply(step, step.State.Transfers.On(input, step.Now, step.State.NextOperation));
    }

    /// <summary>
    /// A merge, or room for a blob, that nobody waits for any more is left behind: let it go, unless it is just what is being fetched.
    /// </summary>
    public static void TakeStray(NodeStep step, Completion completion)
    {
        var isMerge = completion is Computed;
        var left = completion switch
        {
            Computed { Result: MergeDone stray } => stray.Merge,
            ManifestArrived stray when !step.State.Transfers.Requests.ContainsKey(stray.Operation) => stray.Manifest.Id,
            _ => BlobId.None,
        };
        if (left.IsNone || step.State.Held.Contains(left))
            return;
        if (!step.State.Transfers.Blobs.ContainsKey(left))
            step.Do(new Release(left));
        else if (isMerge)
            step.State = step.State with { Held = step.State.Held.Add(left) };
    }

    /// <summary>Brings blobs, audiences and peers to where the contracts need them.</summary>
    public static void Advance(NodeStep step)
    {
        var plans = new SortedDictionary<ContractId, CustodyPlan>();
        var all = new List<CustodyPlan>();
        var isFullyPlanned = true;
        foreach (var (contract, p) in step.State.Contracts)
            if (SyncProtocols.Known(p) is { } protocol)
            {
                var plan = protocol.Plan(step.State, p);
                all.Add(plan);
                if (p.SetAside is null)
                    plans[contract] = plan;
                else
                    isFullyPlanned &= p.Folded.Height >= p.Reading.KnownHeight;
            }
            else
            {
                isFullyPlanned &= !p.IsInJournal;
            }

        // A contract that this node had folded further than this software can may need any blob that was found.
        if (!isFullyPlanned)
            all.Add(CustodyPlan.Keeping(step.State.FoundAtStart));
        else if (!step.State.FoundAtStart.IsEmpty
            && step.State.Contracts.Values.All(p => p.SetAside is not null || p.Reading.HasCaughtUp))
            step.State = step.State with { FoundAtStart = [] };
        Fetch(step, plans);
        Save(step, plans);
        LetGo(step, all);
        Serve(step, plans, all);
        KeepPeers(step, plans);
    }

    private static void TellFetched(NodeStep step, BlobRequest request, Input input)
    {
        if (!step.State.Transfers.Blobs.TryGetValue(request.Blob, out var transfer))
            return;
        foreach (var contract in transfer.Contracts)
            if (step.State.Contracts.TryGetValue(contract, out var p))
                SyncProtocols.Of(p)?.Fetched(step, contract, request, input);
    }

    private static void Fetch(NodeStep step, SortedDictionary<ContractId, CustodyPlan> plans)
    {
        var wanted = new SortedDictionary<BlobId, (ImmutableSortedSet<ContractId> Contracts, BlobWant Want)>();
        foreach (var (contract, plan) in plans)
            foreach (var (blob, want) in plan.Wanted)
                if (!step.State.Held.Contains(blob) && !HasParts(step, blob, want))
                    wanted[blob] = wanted.TryGetValue(blob, out var known)
                        ? (known.Contracts.Add(contract), known.Want.And(want)) : ([contract], want);
        foreach (var (blob, (contracts, want)) in wanted)
            if (IsNews(step, blob, contracts, want))
                Apply(step, step.State.Transfers.Want(
                    blob, contracts, MostBytes(step, contracts), want.Holders, want.Chunks, step.Now, step.State.NextOperation,
                    want.Spread));
        foreach (var (blob, transfer) in step.State.Transfers.Blobs)
            if (!wanted.ContainsKey(blob))
            {
                Apply(step, step.State.Transfers.Drop(blob, step.Now, step.State.NextOperation));
                Unshare(step, blob, transfer.Contract);
                Abandon(step, blob);
            }

        step.Due(step.State.TransfersWakeAt);
    }

    // What is too large for one contract may be what another one waits for: whoever names it there must not keep it from that one.
    private static long MostBytes(NodeStep step, ImmutableSortedSet<ContractId> contracts) =>
        contracts.Max(contract => SettingsOf(step[contract].Fold).MaxModelBytes);

    // What an admin changes meanwhile holds from the next round on, so that all judge this one's blobs alike.
    private static TrainingSettings SettingsOf(TrainingState fold) => fold.Round?.Settings ?? fold.Settings!;

    /// <summary>Notes a blob that does not arrive after all: the store has made room for it, and keeps it until it is let go.</summary>
    private static void Abandon(NodeStep step, BlobId blob)
    {
        if (!step.State.Held.Contains(blob) && !step.State.Parts.ContainsKey(blob))
            step.State = step.State with { Parts = step.State.Parts.Add(blob, []) };
    }

    private static bool HasParts(NodeStep step, BlobId blob, BlobWant want) =>
        want.Chunks is not null && step.State.Parts.TryGetValue(blob, out var parts) && parts.IsSupersetOf(want.Chunks);

    private static bool IsNews(NodeStep step, BlobId blob, ImmutableSortedSet<ContractId> contracts, BlobWant want) =>
        !step.State.Transfers.Blobs.TryGetValue(blob, out var known)
        || !contracts.SetEquals(known.Contracts) || !want.Holders.SetEquals(known.Holders.Keys)
        || !(want.Chunks is null ? known.Chunks is null : known.Chunks is not null && want.Chunks.SetEquals(known.Chunks))
        || !(want.Spread is null ? known.Spread is null : want.Spread.Matches(known.Spread));

    private static void Apply(NodeStep step, BlobTransferStep result)
    {
        step.State = step.State with { Transfers = result.State, NextOperation = result.NextOperation, TransfersWakeAt = result.WakeAt };
        foreach (var effect in result.Effects)
            step.Do(effect);
        foreach (var outcome in result.Outcomes)
            switch (outcome)
            {
                case BlobArrived arrived:
                    step.State =
                        step.State with { Held = step.State.Held.Add(arrived.Blob), Parts = step.State.Parts.Remove(arrived.Blob) };
                    step.Report(new BlobFetched(arrived.Contract, arrived.Blob, arrived.Bytes));
                    break;
                case BlobPartArrived part:
                    var before = step.State.Parts.GetValueOrDefault(part.Blob) ?? [];
                    step.State = step.State with { Parts = step.State.Parts.SetItem(part.Blob, before.Union(part.Chunks)) };
                    break;
                case BlobTooLarge large:
                    Unshare(step, large.Blob, large.Contract);
                    Abandon(step, large.Blob);
                    var p = step[large.Contract];
                    step[large.Contract] = p.Inspected(large.Blob, LeftOutReason.TooLarge, step.Now);
                    break;
                case PeerSentCorrupt corrupt:
                    step.Report(new Trouble(corrupt.Contract,
                        $"{corrupt.Peer} sent bytes of blob {corrupt.Blob.Short} that do not hash to its name."));
                    break;
                case NoSpaceForBlob full:
                    step.Report(new Trouble(full.Contract, $"There is no room for blob {full.Blob.Short}: free some space on the disk."));
                    break;
            }
    }

    /// <summary>What was served while it arrived, and does not arrive after all, is served no longer.</summary>
    private static void Unshare(NodeStep step, BlobId blob, ContractId contract)
    {
        if (step.State.Held.Contains(blob) || !step.State.Shared.ContainsKey(blob))
            return;
        step.State = step.State with { Shared = step.State.Shared.Remove(blob) };
        step.Do(new Share(blob, contract, []));
    }

    private static void Save(NodeStep step, SortedDictionary<ContractId, CustodyPlan> plans)
    {
        foreach (var (contract, plan) in plans)
            foreach (var blob in plan.Saved)
            {
                if (!step.State.Held.Contains(blob) || step.State.Durable.Contains(blob) || !step.Due(step[contract].RetryAt))
                    continue;
                if (step.State.Operations.Values.Any(a => a is AwaitedBlobSave save && save.Blob == blob))
                    continue;
                step.Do(new AwaitedBlobSave(blob), id => new SaveBlob(id, blob));
            }
    }

    private static void LetGo(NodeStep step, List<CustodyPlan> all)
    {
        foreach (var blob in step.State.Held)
        {
            if (step.State.FoundAtStart.Contains(blob) || all.Any(plan => plan.Kept.Contains(blob)))
                continue;
            foreach (var (operation, awaited) in step.State.Operations)
                if (awaited is AwaitedBlobSave save && save.Blob == blob)
                {
                    step.State = step.State with { Operations = step.State.Operations.Remove(operation) };
                    step.Do(new Cancel(operation));
                }

            step.State = step.State with
            {
                Held = step.State.Held.Remove(blob),
                Durable = step.State.Durable.Remove(blob),
                Shared = step.State.Shared.Remove(blob),
            };
            step.Do(new Release(blob));
        }

        foreach (var blob in step.State.Parts.Keys)
            if (!step.State.Transfers.Blobs.ContainsKey(blob) && !all.Any(plan => plan.Kept.Contains(blob)))
            {
                step.State = step.State with { Parts = step.State.Parts.Remove(blob) };
                step.Do(new Release(blob));
            }
    }

    private static void Serve(NodeStep step, SortedDictionary<ContractId, CustodyPlan> plans, List<CustodyPlan> all)
    {
        var audiences = new SortedDictionary<BlobId, (ContractId Contract, ImmutableSortedSet<NodeId> All)>();
        foreach (var (contract, plan) in plans)
            foreach (var blob in plan.Audience.Keys)
            {
                if (!step.State.Held.Contains(blob)
                    && !(plan.Wanted.GetValueOrDefault(blob)?.Spread is not null && step.State.Transfers.Blobs.ContainsKey(blob)))
                    continue;
                var audience = plan.AudienceOf(blob, all);
                audiences[blob] = audiences.TryGetValue(blob, out var other)
                    ? other with { All = other.All.Union(audience) } : (contract, audience);
            }

        foreach (var (blob, (contract, united)) in audiences)
        {
            if (step.State.Shared.TryGetValue(blob, out var shared) ? shared.SetEquals(united) : united.IsEmpty)
                continue;
            step.State = step.State with { Shared = step.State.Shared.SetItem(blob, united) };
            step.Do(new Share(blob, contract, [.. united]));
        }
    }

    private static void KeepPeers(NodeStep step, SortedDictionary<ContractId, CustodyPlan> plans)
    {
        var peers = plans.Values.SelectMany(plan => plan.Peers).ToImmutableSortedSet();
        if (step.State.PeersKept.SetEquals(peers))
            return;
        step.State = step.State with { PeersKept = peers };
        step.Do(new KeepPeers([.. peers]));
    }
}
