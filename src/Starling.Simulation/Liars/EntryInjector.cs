using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Nodes;

namespace Starling.Simulation.Liars;

/// <summary>
/// Appends entries of one contract with a liar's key past its kernel. It knows the whole true ledger, as any liar may.
/// </summary>
internal sealed class EntryInjector(World world, SimulatedContract contract, SimulatedNode node, SeededRandom random)
{
    private NodeId Self => node.Identity.Id;

    private TrainingState State => contract.Truth;

    /// <summary>Appends an entry of the liar's own, with its next sequence.</summary>
    public void Append(TrainingEntry entry) => Append(TrainingEntryCodec.Encode(entry));

    /// <summary>Appends another entry under the sequence of one that the kernel appends.</summary>
    public void Contradict(SignedEntry entry)
    {
        TrainingEntry other;
        try
        {
            other = Contradiction(TrainingEntryCodec.Decode(entry.Body.Payload));
        }
        catch (CanonicalFormatException)
        {
            return;
        }

        Send(world.Keys.Sign(node.Identity, entry.Body with { Payload = TrainingEntryCodec.Encode(other) }));
    }

    /// <summary>Appends an old entry again, of whatever contract: as it was, or what it says under the liar's key.</summary>
    public void Replay()
    {
        var source = world.Contracts.Length == 1 ? contract : world.Contracts[random.Next(world.Contracts.Length)];
        var entries = source.Reference.Entries;
        if (entries.Count == 0)
            return;
        if (source != contract)
            world.Counts.Add("lie across contracts: replay");
        var old = entries[random.Next(entries.Count)].Entry;
        switch (random.Next(3))
        {
            case 0:
                // The same bytes, with a signature that does not verify: it must not take the place of the first.
                Send(new SignedEntry(old.BodyBytes.ToArray(), old.Key, [1, 2, 3]));
                break;
            case 1:
                Send(new SignedEntry(old.BodyBytes.ToArray(), node.Identity.Key, world.Keys.Sign(node.Identity.Key, old.BodyBytes)));
                break;
            default:
                Append(old.Body.Payload.ToArray());
                break;
        }
    }

    /// <summary>
    /// Appends another's entry at once, under the liar's key or with a signature that does not verify: it must not pass for the other's.
    /// </summary>
    public void Copy(SignedEntry entry) => world.Ledger.Append(random.Chance(0.5)
        ? new SignedEntry(entry.BodyBytes.ToArray(), node.Identity.Key, world.Keys.Sign(node.Identity.Key, entry.BodyBytes))
        : new SignedEntry(entry.BodyBytes.ToArray(), entry.Key, [4, 5, 6]));

    /// <summary>Appends an entry of another term, opening or round than the open one.</summary>
    public void AppendMisplaced()
    {
        if (State.Round is not { } open)
            return;
        long Near(long value) => Math.Max(0, value + random.Next(4) - 2);
        var (round, opening, term) = (Near(open.Round), Near(open.Opening), Near(open.Term));
        var merge = open.Proposal?.Merge ?? State.LastCommit?.Merge.Merge ?? new BlobId(Digest.Of([1]));
        ImmutableArray<NodeId> members = [.. open.Frozen];
        Append(random.Next(7) switch
        {
            0 => new Claim(round, opening, term),
            1 => new Merged(round, opening, term, merge, members, []),
            2 => new AuditedFull(round, opening, term, merge, members),
            3 => new Receipt(round, opening, term, merge),
            4 => new AuditedSampled(round, opening, term),
            5 => new Ready(round, opening, open.Base, Digest.Of([2]), merge, 1 + random.Next(1000), UpdateMetrics.None),
            _ => new Suspect(round, opening, term),
        });
    }

    /// <summary>Suspects, asks for a reopening, resigns or rejoins without a reason.</summary>
    public void Obstruct()
    {
        if (State.Round is not { } open)
            return;
        switch (random.Next(4))
        {
            case 0:
                Append(new Reopen(open.Round, open.Opening));
                break;
            case 1:
                Append(new Resign(open.Round, open.Opening, open.Term));
                break;
            case 2 when State.Authors.TryGetValue(Self, out var author):
                Send(world.Keys.Sign(node.Identity,
                    Body(TrainingEntryCodec.Encode(new Rejoin())) with { Incarnation = author.Incarnation + 1, Sequence = 1 }));
                break;
            default:
                Append(new Suspect(open.Round, open.Opening, open.Term));
                break;
        }
    }

    /// <summary>Enlists, declines, reports, leaves or assigns as it likes.</summary>
    public void ObstructRunner(RunnerState runner)
    {
        var run = Math.Max(0, (runner.Run?.Number ?? 0) + random.Next(3) - 1);
        var author = runner.Authors.GetValueOrDefault(Self);
        RunnerEntry entry = random.Next(7) switch
        {
            0 => new Enlist(run),
            1 => new ReportWork(run,
                WorkReport.Enlisted with
                {
                    State = random.Chance(0.5) ? WorkState.Complete : WorkState.Failed,
                    Description = "so it says"
                }),
            2 => new RemoveOperator(random.Chance(0.5) ? Self : world.Nodes[random.Next(world.Nodes.Length)].Identity.Id),
            3 => new EnrolOperator(world.Keys.Enrol(node.Identity, leaderEligible: false)),
            4 => new CancelRun(run, "it likes to"),
            5 => new Decline(run, "it likes to"),
            _ => new RejoinRunner(),
        };
        var rejoins = entry is RejoinRunner;
        Send(world.Keys.Sign(node.Identity,
            new EntryBody(runner.Contract, runner.Epoch, Self, (author?.Incarnation ?? 1) + (rejoins ? 1 : 0),
                rejoins ? 1 : (author?.Sequence ?? 0) + 1,
            RunnerState.FoldVersion, runner.Height, runner.ChainHash, RunnerEntryCodec.Encode(entry))));
    }

    /// <summary>Appends a payload that is no entry.</summary>
    public void AppendGarbage()
    {
        var payload = new byte[random.Next(120)];
        for (var i = 0; i < payload.Length; i++)
            payload[i] = (byte)random.Next(i == 0 ? 26 : 256);
        Append(payload);
    }

    /// <summary>Appends an entry in another's name.</summary>
    public void AppendForged()
    {
        var victim = world.Nodes[random.Next(world.Nodes.Length)].Identity;
        if (State.Round is not { } open || !State.Authors.TryGetValue(victim.Id, out var author))
            return;
        var body = Body(TrainingEntryCodec.Encode(new Suspect(open.Round, open.Opening, open.Term))) with
        {
            Author = victim.Id,
            Incarnation = author.Incarnation,
            Sequence = author.Sequence + 1,
        };
        var bytes = body.Encode();
        var key = random.Chance(0.5) ? victim.Key : node.Identity.Key;
        Send(new SignedEntry(bytes, key, world.Keys.Sign(node.Identity.Key, bytes)));
    }

    private TrainingEntry Contradiction(TrainingEntry entry)
    {
        var other = new BlobId(Digest.Of([(byte)random.Next(256)]));
        return entry switch
        {
            Ready e => e with { Update = other },
            Merged e => e with { Merge = other },
            AuditedFull e => e with { Merge = other },
            Receipt e => e with { Merge = other },
            Claim e => new Suspect(e.Round, e.Opening, e.Term),
            TermEntry e => new Claim(e.Round, e.Opening, e.Term),
            RoundEntry e => new Reopen(e.Round, e.Opening + 1),
            _ => new Leave(),
        };
    }

    private void Append(byte[] payload) => Send(world.Keys.Sign(node.Identity, Body(payload)));

    private EntryBody Body(byte[] payload)
    {
        var author = State.Authors.GetValueOrDefault(Self);
        var seen = random.Chance(0.9) ? State.ChainHash : Digest.Of(payload);
        return new EntryBody(State.Contract, State.Epoch, Self, author?.Incarnation ?? 1,
            (author?.Sequence ?? 0) + 1 + (random.Chance(0.1) ? 1000 : 0),
            random.Chance(0.95) ? TrainingState.FoldVersion : 99, State.Height, seen, payload);
    }

    private void Send(SignedEntry entry) => world.Heap.After(TimeSpan.FromMilliseconds(random.Next(50)), () => world.Ledger.Append(entry));
}
