using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Core.Training;

/// <summary>
/// Replays a training contract: <c>round-protocol</c>, section 1. It reads entries in the ledger's order and is the only judge; it looks at
/// nothing but the state and the entry, so that every node decides alike. What follows here is what all entries share; the entries of a round
/// are judged in <see cref="RoundRules"/>, those of membership in <see cref="RosterRules"/>.
/// </summary>
public static class TrainingFold
{
    /// <summary>Folds one entry.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="verified">The entry, with the verdict on its signature.</param>
    /// <param name="certifier">Checks the chains of enrolments.</param>
    public static FoldResult Apply(TrainingState state, VerifiedEntry verified, ICertifier certifier)
    {
        var entry = verified.Entry;
        var body = entry.Body;
        var chained = state with { ChainHashes = state.ChainHashes.Add(ChainHash.Next(state.ChainHash, entry.Id)) };
        if (!verified.SignatureValid)
            return new FoldResult(chained, Refusal.BadSignature, null, []);
        if (state.Ids.Contains(entry.Id))
            return new FoldResult(chained, Refusal.Duplicate, null, []);
        var known = chained with { Ids = state.Ids.Add(entry.Id) };

        if (state.Settings is null)
            return Begin(known, entry, certifier);
        var (refusal, author, payload) = Authenticate(state, entry, certifier);
        if (author is null)
            return new FoldResult(chained, refusal, null, []);
        var counted = known with { Authors = state.Authors.SetItem(body.Author, author with { Sequence = body.Sequence }) };
        if (refusal == Refusal.None && payload is null && !TryDecode(body.Payload, out payload))
            refusal = Refusal.Malformed;
        if (refusal == Refusal.None)
            refusal = Check(state, body.Author, payload!, certifier);
        if (refusal != Refusal.None)
            return Refuse(counted, body.Author, payload, refusal);

        var happenings = ImmutableArray.CreateBuilder<Happening>();
        var after = payload is RoundEntry round
            ? RoundRules.Accept(counted, body.Author, round, happenings)
            : RosterRules.Accept(counted, entry, payload!, certifier, happenings);
        return new FoldResult(after, Refusal.None, payload, happenings.ToImmutable());
    }

    /// <summary>Whether a member's entry would be accepted now, if it carried the next sequence number. A node asks before it appends.</summary>
    public static Refusal Check(TrainingState state, NodeId author, TrainingEntry entry, ICertifier certifier) => entry switch
    {
        RoundEntry round => RoundRules.Check(state, author, round),
        _ => RosterRules.Check(state, author, entry, certifier),
    };

    private static FoldResult Begin(TrainingState state, SignedEntry entry, ICertifier certifier)
    {
        if (entry.Id != state.Founding || !TryDecode(entry.Body.Payload, out var payload) || payload is not Found found)
            return new FoldResult(state, Refusal.NotFounded, null, []);
        var (refusal, founded) = RosterRules.Found(state, entry, found, certifier);
        return new FoldResult(refusal == Refusal.None ? founded : state, refusal, found, []);
    }

    /// <summary>Whether the entry is its author's next one. Without an author the entry counts for nobody.</summary>
    private static (Refusal Refusal, Author? Author, TrainingEntry? Payload) Authenticate(TrainingState state, SignedEntry entry, ICertifier certifier)
    {
        var body = entry.Body;
        if (state.Deleted)
            return (Refusal.Deleted, null, null);
        TrainingEntry? payload = null;
        if (!state.Authors.TryGetValue(body.Author, out var author))
        {
            // The one entry of a stranger that counts: it enrols itself, and its chain vouches for its key.
            if (!TryDecode(body.Payload, out payload) || payload is not Enrol enrol || enrol.Member.Node != body.Author)
                return (Refusal.NotMember, null, null);
            var identity = certifier.Certify(state.Anchors, enrol.Member.Chain);
            if (identity is null || identity.Node != body.Author || !identity.Key.Equals(entry.Key))
                return (Refusal.UntrustedCertificate, null, null);
            author = new Author(entry.Key, 1, 0, IsAdmin: false, Standing.Outside, enrol.Member.LeaderEligible);
        }

        if (!author.Key.Equals(entry.Key))
            return (Refusal.WrongKey, null, null);
        if (payload is null && TryDecode(body.Payload, out var decoded))
            payload = decoded;
        if (payload is Rejoin ? body.Incarnation != author.Incarnation + 1 : body.Incarnation != author.Incarnation)
            return (Refusal.OldIncarnation, null, null);
        if (payload is Rejoin)
            author = author with { Sequence = 0, Incarnation = body.Incarnation };
        if (body.Sequence <= author.Sequence)
            return (Refusal.SequenceUsed, null, null);
        if (body.FoldVersion != TrainingState.FoldVersion)
            return (Refusal.WrongFoldVersion, author, payload);
        if (body.Epoch != state.Epoch)
            return (Refusal.WrongEpoch, author, payload);
        if (body.SeenHeight < 0 || body.SeenHeight > state.Height || state.ChainHashes[(int)body.SeenHeight] != body.SeenHash)
            return (Refusal.ForeignChain, author, payload);
        return (Refusal.None, author, payload);
    }

    private static FoldResult Refuse(TrainingState state, NodeId author, TrainingEntry? payload, Refusal refusal)
    {
        if (refusal == Refusal.StateMismatch && state.Round is { } round)
            state = state with { Round = round with { Dissent = round.Dissent.Add(author) } };
        if (refusal == Refusal.RoundClosed && payload is AuditedFull late
            && state.Commits.FirstOrDefault(c => c.Round == late.Round && c.Opening == late.Opening && c.Term == late.Term) is { } commit && commit.Merge is var merge
            && !merge.Equals(new MergeClaim(late.Merge, late.Contributors)))
            return new FoldResult(state, refusal, payload, [new DisputedLate(author, late.Round, new MergeClaim(late.Merge, late.Contributors))]);
        return new FoldResult(state, refusal, payload, []);
    }

    private static bool TryDecode(ReadOnlyMemory<byte> payload, out TrainingEntry? entry)
    {
        try
        {
            entry = TrainingEntryCodec.Decode(payload);
            return true;
        }
        catch (CanonicalFormatException)
        {
            entry = null;
            return false;
        }
    }
}
