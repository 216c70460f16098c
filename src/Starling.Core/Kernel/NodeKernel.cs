using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Tasks.Operating;
using Starling.Core.Training.Participation;

namespace Starling.Core.Kernel;

/// <summary>
/// A whole node as a pure function: <c>(state, input, now, random) -> (state, effects)</c>. A real node drives it with sockets, disks and
/// clocks; the simulator drives the same function with virtual ones. This is the main flow of Starling: read it top down, then
/// <see cref="LedgerFollower"/>, <see cref="Outbox"/> and <see cref="Training.Participation.Leader.LeaderProtocol"/>.
/// </summary>
public static class NodeKernel
{
    /// <summary>A node that has not started: give it <see cref="Started"/> first.</summary>
    /// <param name="self">Who it is.</param>
    /// <param name="contracts">The training contracts that it follows.</param>
    /// <param name="certifier">Checks the certificate chains of enrolments.</param>
    /// <param name="options">What it may choose for itself.</param>
    /// <param name="runners">The task runners that it follows.</param>
    public static NodeState Create(
        NodeIdentity self, ImmutableArray<ContractReference> contracts, ICertifier certifier, KernelOptions options,
        IEnumerable<ContractReference>? runners = null) => new()
        {
            Self = self,
            Certifier = certifier,
            Options = options,
            Contracts = contracts.ToImmutableSortedDictionary(c => c.Contract, Participant.Create),
            Runners = (runners ?? []).ToImmutableSortedDictionary(c => c.Contract, RunnerPart.Create),
            Transfers = BlobTransfers.Create(options.Transfers),
        };

    /// <summary>Takes one input in.</summary>
    /// <param name="state">The node before.</param>
    /// <param name="input">What it is told.</param>
    /// <param name="now">Its own monotonic clock, which never goes back.</param>
    /// <param name="random">Its own generator.</param>
    public static StepResult Step(NodeState state, Input input, Instant now, SeededRandom random)
    {
        if (state.HasHalted || state.HasStarted == input is Started || (now < state.WakeAt && IsNoNews(state, input)))
            return new StepResult(state, []);
        var step = new NodeStep(state, now, random);
        Take(step, input);
        if (!step.State.HasHalted && !IsMereProgress(input))
        {
            foreach (var contract in step.State.Active)
                LedgerFollower.Advance(step, contract);
            foreach (var runner in step.State.Runners.Keys)
                Operator.Advance(step, runner);
            foreach (var contract in step.State.Contracts.Keys)
                Sync(step, contract);
            Custody.Advance(step);
            step.Wake();
        }

        return step.End();
    }

    /// <summary>
    /// Bytes on their way put deadlines off and change nothing else. They are most of what a node hears while a large model moves, so
    /// nothing is looked at anew for them; a wake-up that comes too early does that.
    /// </summary>
    private static bool IsMereProgress(Input input) => input is ChunkProgressed or BlobServed;

    /// <summary>
    /// That the ledger has grown is heard from every member and from the backend, for each entry. All but one of those hints tell what the
    /// node knows or is about to read; before anything is due, nothing comes of them.
    /// </summary>
    private static bool IsNoNews(NodeState state, Input input) => input switch
    {
        LedgerChanged changed => !LedgerFollower.IsNews(state, changed.Contract),
        PeerMessageArrived { Message: LedgerHint hint } => !LedgerFollower.IsNews(state, hint.Contract, hint.Height),
        _ => false,
    };

    private static void Sync(NodeStep step, ContractId contract)
    {
        if (SyncProtocols.Of(step[contract]) is not { } protocol)
            return;
        Recovery.Restore(step, contract, protocol);
        protocol.Advance(step, contract);
    }

    private static void Take(NodeStep step, Input input)
    {
        switch (input)
        {
            case Started started:
                Recovery.Start(step, started);
                break;
            case Completion completion when !step.State.Transfers.Owns(completion.Operation):
                Complete(step, completion);
                break;
            case Woke:
                step.State = step.State with { WakeAt = Instant.Never };
                break;
            case LedgerChanged changed:
                LedgerFollower.Hint(step, changed.Contract);
                break;
            case PeerMessageArrived { Message: LedgerHint hint }:
                LedgerFollower.Hint(step, hint.Contract, hint.Height);
                break;
            case PeerMessageArrived { Message: ProtocolMessage { Payload.Length: <= ProtocolMessage.MaxPayloadBytes } message } arrived:
                if (step.State.Contracts.TryGetValue(message.Contract, out var addressed) && SyncProtocols.Of(addressed) is { } protocol)
                    protocol.Receive(step, message.Contract, arrived.Peer, message.Payload);
                break;
            case WorkProgressed progress:
                Operator.Progressed(step, progress);
                break;
            case UpdateReady update:
                LocalUpdate.Take(step, update);
                break;
            case PeerUp up:
                step.State = step.State with { PeersUp = step.State.PeersUp.Add(up.Peer) };
                break;
            case PeerDown down:
                step.State = step.State with { PeersUp = step.State.PeersUp.Remove(down.Peer) };
                break;
        }

        if (input is BlobServed or PeerUp or PeerDown)
            foreach (var contract in step.State.Contracts.Keys)
                Hear(step, contract, input);
        Custody.Transfer(step, input);
    }

    private static void Hear(NodeStep step, ContractId contract, Input news)
    {
        if (step.State.Contracts.TryGetValue(contract, out var training))
            SyncProtocols.Of(training)?.Hear(step, contract, news);
    }

    private static void Complete(NodeStep step, Completion completion)
    {
        if (!step.State.Operations.TryGetValue(completion.Operation, out var awaited))
        {
            Custody.TakeStray(step, completion);
            return;
        }

        step.State = step.State with { Operations = step.State.Operations.Remove(completion.Operation) };
        switch (awaited, completion)
        {
            case (AwaitedRead read, LedgerRead done):
                LedgerFollower.Read(step, read.Contract, done.Page);
                Hear(step, read.Contract, done);
                break;
            case (AwaitedRead read, LedgerReadFailed failed):
                LedgerFollower.ReadFailed(step, read.Contract, failed.Reason);
                Hear(step, read.Contract, failed);
                break;
            case (AwaitedSignature signature, Signed signed):
                Outbox.Signed(step, signature.Contract, signed);
                break;
            case (AwaitedEntrySave save, Saved):
                Outbox.Saved(step, save.Contract, completion.Operation);
                break;
            case (AwaitedAppend append, AppendDone done):
                Outbox.Appended(step, append.Contract, done.Outcome);
                break;
            case (AwaitedUpdateSave save, Saved):
                LocalUpdate.Saved(step, save.Contract, completion.Operation);
                break;
            case (AwaitedBlobSave save, Saved):
                step.State = step.State with { Durable = step.State.Durable.Add(save.Blob) };
                break;
            case (AwaitedWorkSave save, Saved):
                Operator.Noted(step, save.Runner, completion.Operation);
                break;
            case (AwaitedWork work, WorkEnded ended):
                Operator.Ended(step, work.Runner, ended);
                break;
            case (AwaitedEntrySave or AwaitedUpdateSave or AwaitedBlobSave or AwaitedWorkSave, SaveFailed failed):
                Recovery.SaveFailed(step, awaited, failed.Reason);
                break;
            case (AwaitedInspection or AwaitedMerge, Computed done):
                UpdateWork.Computed(step, awaited, done.Result);
                break;
            case (AwaitedByProtocol mine, _):
                SyncProtocols.Of(step[mine.Contract])!.Completed(step, mine, completion);
                break;
            default:
                throw new InvalidOperationException(
                    $"{completion.GetType().Name} completes {completion.Operation}, which was for {awaited.GetType().Name}.");
        }
    }
}
