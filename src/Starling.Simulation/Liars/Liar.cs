using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Merging;
using Starling.Core.Models;
using Starling.Core.Training;
using Starling.Simulation.Faults;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Liars;

/// <summary>
/// Makes a node lie: the kernel is honest, but its edge distorts what it is told and what it asks for, and an injector appends entries of
/// its own with the node's key. Lives in the simulator only.
/// </summary>
internal sealed class Liar
{
    private readonly ImmutableSortedSet<LieKind> lies;
    private readonly SeededRandom random;
    private readonly SeededRandom sizes;
    private readonly bool isSteady;
    private readonly ImmutableSortedSet<NodeId> spared;
    private readonly World world;
    private readonly SimulatedNode node;
    private readonly ImmutableArray<(SimulatedContract Contract, EntryInjector Injector)> injectors;
    private readonly SortedSet<BlobId> announced = [];

    public Liar(World world, SimulatedNode node, ImmutableSortedSet<LieKind> lies)
    {
        this.world = world;
        this.node = node;
        this.lies = lies;
        random = world.Random.Fork($"liar {node.Index}");
        sizes = random.Fork("sizes");
        (isSteady, spared) = DrawService(random.Fork("service"));
        injectors = [.. world.Contracts.Select(contract =>
            (contract, new EntryInjector(world, contract, node, random.Fork(contract.Called("entries")))))];
    }

    /// <summary>Whether the node tells this lie now: never if it is not its kind.</summary>
    public bool Tells(LieKind kind)
    {
        if (!lies.Contains(kind) || !random.Chance(0.6))
            return false;
        world.Counts.Add($"lie {kind}");
        return true;
    }

    /// <summary>Whether this blob was announced without being there.</summary>
    public bool Announced(BlobId blob) => announced.Contains(blob);

    /// <summary>An update, or something that is none.</summary>
    public byte[] Update(SimulatedContract contract, byte[] honest)
    {
        var settings = contract.Scenario.Settings;
        if (!Tells(LieKind.BadUpdate))
            return honest;
        if (sizes.Chance(0.15))
        {
            world.Counts.Add("lie oversized update");
            return new byte[settings.MaxModelBytes + 1];
        }

        var state = Safetensors.Read(honest).State!;
        // A mean has no defence against a finite lie: one huge update makes a model that nobody can train on from. A median has, where most
        // of those merged are honest: of a node that averages with a liar alone they are not.
        switch (random.Next(settings is { UsesRounds: true, MergeRule: not MergeRules.Default } ? 5 : 4))
        {
            case 4:
                Array.Fill(state.Values, float.MaxValue);
                return Safetensors.Write(state);
            case 0:
                state.Values[random.Next(state.Values.Length)] = float.NaN;
                return Safetensors.Write(state);
            case 1:
                state.Values[0] = float.PositiveInfinity;
                return Safetensors.Write(state);
            case 2:
                return Safetensors.Write(new ModelState(new ModelSchema([new TensorSpec("other", 7)])));
            default:
                var garbage = new byte[1 + random.Next(200)];
                for (var i = 0; i < garbage.Length; i++)
                    garbage[i] = (byte)random.Next(256);
                return garbage;
        }
    }

    /// <summary>The id under which an update is announced.</summary>
    public BlobId Announce(SimulatedContract contract, BlobId honest)
    {
        var other = honest;
        if (Tells(LieKind.WrongReadyDigest))
            other = new BlobId(Digest.Of(honest.Digest.ToArray()));
        else if (Named(contract) is var named && Anothers(named, honest) is { IsNone: false } anothers && Tells(LieKind.NameAnothers))
        {
            other = anothers;
            if (named != contract)
                world.Counts.Add("lie across contracts: update");
        }

        if (other != honest)
            announced.Add(other);
        return other;
    }

    // Where nodes follow two contracts they hold what is another one's, and must give nothing of it to whoever names it.
    private SimulatedContract Named(SimulatedContract contract) =>
        world.Contracts.Length > 1 && random.Chance(0.5) ? world.Contracts.First(other => other != contract) : contract;

    private static BlobId Anothers(SimulatedContract contract, BlobId honest) =>
        contract.Truth.Round?.Ready.Values.Select(ready => ready.Update).FirstOrDefault(update => update != honest) ?? BlobId.None;

    /// <summary>A merge, or something near it.</summary>
    public byte[] Merge(byte[] honest)
    {
        if (!Tells(LieKind.WrongMerge))
            return honest;
        var state = Safetensors.Read(honest).State!;
        state.Values[random.Next(state.Values.Length)] += 1 + random.Next(1000);
        return Safetensors.Write(state);
    }

    /// <summary>
    /// Where it is to merge: what another contract has committed, if it passes that off as its merge; else null. It can be read, so that
    /// where nobody looks into a merge training may go on from it.
    /// </summary>
    public MergeDone? Pretend(Compute work)
    {
        if (world.Contracts.Length == 1 || node.State?.Operations.GetValueOrDefault(work.Id) is not AwaitedMerge { Contract: var merging })
            return null;
        var other = world.Contracts.First(contract => contract.Id != merging);
        if (other.Truth.LastCommit is not { Merge.Merge: var merge } || !node.Disk.Holds(merge) || !Tells(LieKind.NameAnothers))
            return null;
        world.Counts.Add("lie across contracts: merge");
        return new MergeDone(merge);
    }

    /// <summary>A judgement on an update.</summary>
    public Inspected Inspect(Inspected honest) => Tells(LieKind.FalseInadmissible) ? new Inspected(LeftOutReason.NotFinite) : honest;

    /// <summary>A word on the sample that it drew.</summary>
    public MergeAudited Audit(bool honest) => new(Tells(LieKind.BlindAudit) ? random.Chance(0.5) : honest);

    /// <summary>A message of the protocol, or one with a byte changed.</summary>
    public PeerMessage Say(PeerMessage honest)
    {
        if (honest is not ProtocolMessage { Payload.IsEmpty: false } message || !Tells(LieKind.Distort))
            return honest;
        var bytes = message.Payload.ToBuilder();
        bytes[random.Next(bytes.Count)] ^= (byte)(1 + random.Next(255));
        return message with { Payload = bytes.ToImmutable() };
    }

    /// <summary>Whether it serves this peer otherwise than it should, in this way.</summary>
    public bool Fails(LieKind kind, NodeId peer)
    {
        if (!lies.Contains(kind) || spared.Contains(peer) || (!isSteady && !random.Chance(0.6)))
            return false;
        world.Counts.Add($"lie {kind}");
        return true;
    }

    /// <summary>How many bytes it sends this peer a second: a few times what just counts as progress, if it likes.</summary>
    public double Rate(NodeId peer) => !Fails(LieKind.Trickle, peer)
        ? double.MaxValue
        : 4.0 * world.Scenario.Kernel.ProgressFloorBytes / world.Scenario.Settings.LeaderTimeout.TotalSeconds;

    /// <summary>Appends what goes along with an honest entry: its contradiction under the same sequence, before or after it.</summary>
    public void Accompany(SignedEntry entry)
    {
        if (Tells(LieKind.Equivocation))
            injectors[0].Injector.Contradict(entry);
    }

    /// <summary>Somebody sends an entry; whoever sees the ledger's queue may put a copy of it in front, under its own key.</summary>
    public void Overhear(SignedEntry entry)
    {
        if (lies.Contains(LieKind.Replay) && random.Chance(0.1))
            injectors[0].Injector.Copy(entry);
    }

    /// <summary>The fold of the true ledger has moved: claims at once where it can.</summary>
    public void SeeEntry(SimulatedContract contract)
    {
        var state = contract.Truth;
        if (state.Round is { } round && lies.Contains(LieKind.EarlyClaim)
            && TrainingFold.Check(state, node.Identity.Id, new Claim(round.Round, round.Opening, round.Term), world.Keys) == Refusal.None
            && Tells(LieKind.EarlyClaim))
            injectors.First(each => each.Contract == contract).Injector.Append(new Claim(round.Round, round.Opening, round.Term));
    }

    /// <summary>Every now and then: what a liar does of its own accord.</summary>
    public void Act()
    {
        if (node.Process is not { } process)
            return;
        var injector = injectors[injectors.Length == 1 ? 0 : random.Next(injectors.Length)].Injector;
        if (Tells(LieKind.Replay))
            injector.Replay();
        if (Tells(LieKind.StaleTerm))
            injector.AppendMisplaced();
        if (Tells(LieKind.Garbage))
            injector.AppendGarbage();
        if (Tells(LieKind.BadSignature))
            injector.AppendForged();
        if (Tells(LieKind.Obstruct))
            injector.Obstruct();
        if (world.Runner is not null && Tells(LieKind.Obstruct))
            injector.ObstructRunner(world.Runner.State);
        if (Tells(LieKind.Flood))
            Flood(process);
        foreach (var round in lies.Contains(LieKind.FalseProgress) ? Led(process) : [])
            foreach (var member in round.Frozen)
                if (member != node.Identity.Id && round.Ready.TryGetValue(member, out var ready))
                    process.Peers.AskInVain(member, ready.Update);
    }

    /// <summary>Whether it pretends to work on a merge that it never makes.</summary>
    public bool Dawdles() => lies.Contains(LieKind.FalseProgress) && node.Process is { } process && Led(process).Any();

    // In half of them each request is a choice of its own; the others never serve, or never those of their peers whom they mean to harm. An
    // experiment that says how they lie has no such exceptions.
    private (bool IsSteady, ImmutableSortedSet<NodeId> Spared) DrawService(SeededRandom draw)
    {
        if (!world.Scenario.Options.Lies.IsEmpty)
            return (true, []);
        var isSteady = draw.Chance(0.5);
        var sparesSome = draw.Chance(0.5);
        return (isSteady, [.. world.Nodes.Where(_ => sparesSome && draw.Chance(0.5)).Select(peer => peer.Identity.Id)]);
    }

    // The rounds whose merges the others wait for.
    private IEnumerable<RoundState> Led(SimulatedProcess process) => process.State.Contracts.Values.Select(part => part.Fold.Round)
        .OfType<RoundState>().Where(round => round.Proposal is null && round.Leader == node.Identity.Id);

    private void Flood(SimulatedProcess process)
    {
        var contract = world.Contracts[world.Contracts.Length == 1 ? 0 : random.Next(world.Contracts.Length)].Id;
        for (var i = 0; i < 40; i++)
            process.Peers.Carry(new Send(world.Nodes[random.Next(world.Nodes.Length)].Identity.Id, random.Chance(0.5)
                ? new LedgerHint(contract, (long)(random.NextUInt64() >> (1 + random.Next(63))))
                : new ProtocolMessage(contract, Noise(random.Next(2 * ProtocolMessage.MaxPayloadBytes)))));
    }

    private ImmutableArray<byte> Noise(int length)
    {
        var bytes = ImmutableArray.CreateBuilder<byte>(length);
        for (var i = 0; i < length; i++)
            bytes.Add((byte)random.Next(256));
        return bytes.MoveToImmutable();
    }
}
