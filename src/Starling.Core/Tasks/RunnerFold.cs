using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Core.Tasks;

/// <summary>
/// Replays a task runner: who its operators are, which tasks there are, and how the run of one of them goes. As with every contract it
/// looks at nothing but the state and the entry, so that all decide alike. It has no clock: an operator that vanishes holds its run until
/// it is back or an admin ends it.
/// </summary>
public static class RunnerFold
{
    /// <summary>Folds one entry.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="verified">The entry, with the verdict on its signature.</param>
    /// <param name="certifier">Checks the chains of enrolments.</param>
    public static RunnerFoldResult Apply(RunnerState state, VerifiedEntry verified, ICertifier certifier)
    {
        var entry = verified.Entry;
        var chained = EntryRules.Chain(state, entry);
        if (!verified.SignatureValid)
            return new RunnerFoldResult(chained, Refusal.BadSignature, null);
        if (state.Ids.Contains(entry.Id))
            return new RunnerFoldResult(chained, Refusal.Duplicate, null);
        var payload = Decode(entry.Body.Payload);
        if (!state.IsFounded)
            return Begin(chained, entry, payload, certifier);
        var known = EntryRules.Know(chained, entry);
        var (refusal, author) =
            EntryRules.Authenticate(state, entry, (payload as EnrolOperator)?.Operator, payload is RejoinRunner, certifier);
        if (author is null)
            return new RunnerFoldResult(chained, refusal, null);
        if (refusal == Refusal.None && payload is null)
            refusal = Refusal.Malformed;
        if (refusal == Refusal.None)
            refusal = Check(state, entry.Body.Author, payload!, certifier);
        return refusal != Refusal.None
            ? new RunnerFoldResult(EntryRules.CountRefused(known, entry, author), refusal, payload)
            : new RunnerFoldResult(RunnerRules.Accept(EntryRules.Count(known, entry, author), entry.Body.Author, payload!, certifier),
                Refusal.None, payload);
    }

    /// <summary>
    /// Whether an author's entry would be accepted now, if it carried the next sequence number. Whoever appends asks before.
    /// </summary>
    public static Refusal Check(RunnerState state, NodeId author, RunnerEntry entry, ICertifier certifier) =>
        RunnerRules.Check(state, author, entry, certifier);

    // As with every contract, a refused founding is not remembered under its id.
    private static RunnerFoldResult Begin(RunnerState state, SignedEntry entry, RunnerEntry? payload, ICertifier certifier)
    {
        if (entry.Id != state.Founding || payload is not FoundRunner found)
            return new RunnerFoldResult(EntryRules.Know(state, entry), Refusal.NotFounded, null);
        if (entry.Body.FoldVersion is < RunnerState.OldestFoldVersion or > RunnerState.FoldVersion)
            return new RunnerFoldResult(state, Refusal.WrongFoldVersion, found);
        var named = EntryRules.Know(state, entry) with { Version = entry.Body.FoldVersion, Anchors = found.Anchors };
        var (refusal, authors) = FoundingRoster.Build(named, entry, found.Admins, found.Operators, Standing.Member, certifier);
        return refusal != Refusal.None
            ? new RunnerFoldResult(state, refusal, found)
            : new RunnerFoldResult(named with
            {
                Authors = authors,
                Enrolments = named.Enrolments.SetItems(found.Operators.Select(member => KeyValuePair.Create(member.Node, member))),
            }, Refusal.None, found);
    }

    private static RunnerEntry? Decode(ReadOnlyMemory<byte> payload)
    {
        try
        {
            return RunnerEntryCodec.Decode(payload);
        }
        catch (CanonicalFormatException)
        {
            return null;
        }
    }
}
