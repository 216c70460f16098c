using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Core.Training;

/// <summary>
/// Replays a training contract: <c>round-protocol</c>, section 1. It reads entries in the ledger's order and is the only judge; it looks at
/// nothing but the state and the entry, so that every node decides alike. What follows here is what all entries share; the entries of a
/// round are judged in <see cref="RoundRules"/>, those of membership in <see cref="RosterRules"/>.
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
        var chained = EntryRules.Chain(state, entry);
        if (!verified.SignatureValid)
            return new FoldResult(chained, Refusal.BadSignature, null, []);
        if (state.Ids.Contains(entry.Id))
            return new FoldResult(chained, Refusal.Duplicate, null, []);
        if (state.Settings is null)
            return Begin(chained, entry, certifier);
        var known = EntryRules.Know(chained, entry);
        TryDecode(body.Payload, out var payload);
        var (refusal, author) = EntryRules.Authenticate(state, entry, (payload as Enrol)?.Member, payload is Rejoin, certifier);
        if (author is null)
            return new FoldResult(chained, refusal, null, []);
        if (refusal == Refusal.None && payload is null)
            refusal = Refusal.Malformed;
        if (refusal == Refusal.None)
            refusal = Check(state, body.Author, payload!, certifier);
        if (refusal != Refusal.None)
            return Refuse(EntryRules.CountRefused(known, entry, author), body.Author, payload, refusal);

        var counted = EntryRules.Count(known, entry, author);
        var happenings = ImmutableArray.CreateBuilder<Happening>();
        var after = payload is RoundEntry round
            ? RoundRules.Accept(counted, body.Author, round, happenings)
            : RosterRules.Accept(counted, entry, payload!, certifier, happenings);
        return new FoldResult(after, Refusal.None, payload, happenings.ToImmutable());
    }

    /// <summary>
    /// Whether a member's entry would be accepted now, if it carried the next sequence number. A node asks before it appends.
    /// </summary>
    public static Refusal Check(TrainingState state, NodeId author, TrainingEntry entry, ICertifier certifier) => entry switch
    {
        RoundEntry round => RoundRules.Check(state, author, round),
        _ => RosterRules.Check(state, author, entry, certifier),
    };

    // A refused founding is not remembered under its id: anyone could spoil the true one by appending its body under another key first.
    // Other entries that come before it are, in all versions: which one holds, the founding says.
    private static FoldResult Begin(TrainingState state, SignedEntry entry, ICertifier certifier)
    {
        if (entry.Id != state.Founding || !TryDecode(entry.Body.Payload, out var payload) || payload is not Found found)
            return new FoldResult(EntryRules.Know(state, entry), Refusal.NotFounded, null, []);
        var (refusal, founded) = RosterRules.Found(EntryRules.Know(state, entry), entry, found, certifier);
        return new FoldResult(refusal == Refusal.None ? founded : state, refusal, found, []);
    }

    private static FoldResult Refuse(TrainingState state, NodeId author, TrainingEntry? payload, Refusal refusal)
    {
        if (refusal == Refusal.StateMismatch && state.Round is { } round)
            state = state with { Round = round with { Dissent = round.Dissent.Add(author) } };
        if (refusal == Refusal.RoundClosed && payload is AuditedFull late
            && state.Commits.FirstOrDefault(c => c.Round == late.Round && c.Opening == late.Opening && c.Term == late.Term) is { } commit
            && commit.Merge is var merge
            && !merge.Equals(new MergeClaim(late.Merge, late.Contributors)))
            return new FoldResult(state, refusal, payload,
                [new DisputedLate(author, late.Round, new MergeClaim(late.Merge, late.Contributors))]);
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
