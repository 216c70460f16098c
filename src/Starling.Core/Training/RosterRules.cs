using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Core.Training;

/// <summary>
/// The entries of founding, membership and settings, and how a round opens: <c>round-protocol</c>, sections 1, 3 and 6. Membership and
/// settings are pending until the next round opens, so that nothing moves a quorum of an open one; an expulsion acts at once. Where there
/// are no rounds, all of it does.
/// </summary>
internal static class RosterRules
{
    /// <summary>Entry 0.</summary>
    public static (Refusal Refusal, TrainingState State) Found(TrainingState state, SignedEntry entry, Found found, ICertifier certifier)
    {
        if (entry.Body.FoldVersion is < TrainingState.OldestFoldVersion or > TrainingState.FoldVersion)
            return (Refusal.WrongFoldVersion, state);
        var named = state with { Version = entry.Body.FoldVersion, Anchors = found.Anchors };
        if (!named.Allows(found.Settings) || found.Members.Count < found.Settings.MinPeers)
            return (Refusal.BadSettings, state);
        var (refusal, authors) = FoundingRoster.Build(named, entry, found.Admins, found.Members, Standing.Joining, certifier);
        return refusal != Refusal.None
            ? (refusal, state)
            : (Refusal.None, Open(named with
            {
                Settings = found.Settings,
                Authors = authors,
                Pace = SyncPace.First(found.Settings),
            }, 1, BlobId.None));
    }

    /// <summary>Whether an entry of membership would be accepted.</summary>
    public static Refusal Check(TrainingState state, NodeId author, TrainingEntry entry, ICertifier certifier)
    {
        state.Authors.TryGetValue(author, out var known);
        var isAdmin = known is { IsAdmin: true };
        switch (entry)
        {
            case Enrol e when isAdmin || (e.Member.Node == author && known is not { Standing: Standing.Expelled }):
                if (state.Authors.TryGetValue(e.Member.Node, out var member) && member.Standing is Standing.Joining or Standing.Member)
                    return Refusal.AlreadyMember;
                var (refusal, _) = EntryRules.Vouch(state, e.Member, state.MemberRole, certifier);
                return refusal != Refusal.None
                    ? refusal
                    : IsMember(member) || state.Authors.Values.Count(IsMember) < TrainingSettings.MaxMembers
                        ? Refusal.None : Refusal.NotPermitted;
            case Leave:
                return IsMember(known) ? Refusal.None : Refusal.NotMember;
            case Rejoin:
                return known is null or { Standing: Standing.Expelled } ? Refusal.NotMember : Refusal.None;
            case ChangeSettings e when isAdmin:
                return state.Allows(e.Settings) && e.Settings.Protocol == state.Settings!.Protocol ? Refusal.None : Refusal.BadSettings;
            case Revoke e when isAdmin:
                return state.Authors.TryGetValue(e.Member, out var revoked)
                    && revoked.Standing is not (Standing.Outside or Standing.Expelled) ? Refusal.None : Refusal.NotMember;
            case Restart when isAdmin && !state.Settings!.UsesRounds:
                return Refusal.NoRounds;
            case Restart e when isAdmin:
                // Of the merges before the last two no member keeps the blob. And a commit that the admin had not seen may come in between:
                // it is not taken back unseen.
                return e.Round == 1 || e.Round == state.Round!.Round
                    || (e.Round == state.Round.Round - 1 && state.Commits.Any(c => c.Round == e.Round - 1))
                    ? Refusal.None : Refusal.UnknownRound;
            case Tombstone when isAdmin:
                return Refusal.None;
            case Training.Found:
                return Refusal.AlreadyFounded;
            default:
                return Refusal.NotPermitted;
        }
    }

    /// <summary>
    /// Carries out an entry of membership that <see cref="Check"/> lets pass. Without rounds on the ledger nothing is pending.
    /// </summary>
    public static TrainingState Accept(
        TrainingState state, SignedEntry signed, TrainingEntry entry, ICertifier certifier, ImmutableArray<Happening>.Builder happenings)
    {
        var after = CarryOut(state, signed.Body.Author, entry, certifier, happenings);
        if (entry is Leave or Revoke)
            after = RoundRules.OpenIfAsked(after, happenings);
        return after.Settings!.UsesRounds || after.Deleted ? after : Open(after, after.Round!.Round, after.Round.Base);
    }

    private static TrainingState CarryOut(
        TrainingState state, NodeId author, TrainingEntry entry, ICertifier certifier, ImmutableArray<Happening>.Builder happenings)
    {
        switch (entry)
        {
            case Enrol e:
                var key = certifier.Certify(state.Anchors, e.Member.Chain)!.Key;
                state.Authors.TryGetValue(e.Member.Node, out var before);
                var standing = before?.Standing == Standing.Leaving ? Standing.Member : Standing.Joining;
                // Who leaves and comes back by itself may lead no more than before: that is for an admin to say.
                var mayLead = before is null || state.Version < 4 || state.Authors[author].IsAdmin
                    ? e.Member.LeaderEligible : before.LeaderEligible;
                return Revive(state with
                {
                    Authors = state.Authors.SetItem(e.Member.Node,
                        (before ?? new Author(key, 1, 0, IsAdmin: false, standing, mayLead)) with
                        {
                            Standing = standing,
                            LeaderEligible = mayLead,
                        }),
                });
            case Leave:
                return With(state, author, a => a with { Standing = a.Standing == Standing.Joining ? Standing.Outside : Standing.Leaving });
            case ChangeSettings e:
                return Revive(state with { Settings = e.Settings, Pace = state.Pace.Within(e.Settings) });
            case Revoke e:
                state = With(state, e.Member, a => a with { Standing = Standing.Expelled });
                var without = state.Round! with { Ready = state.Round.Ready.Remove(e.Member) };
                if (!without.Frozen.Contains(e.Member))
                    return state with { Round = without };
                // Nobody could check a merge that its update is in, which has left the round: those who are left agree anew. No
                // leader is to blame for that.
                var ended = RoundRules.ChangeTerm(state, without, unresolved: false, happenings);
                return ended with { Round = ended.Round! with { Barred = default } };
            case Restart e:
                var baseMerge = e.Round == state.Round!.Round ? state.Round.Base
                    : e.Round == 1 ? BlobId.None : state.Commits.First(c => c.Round == e.Round - 1).Merge.Merge;
                var pace = e.Round == state.Round.Round ? state.Pace : e.Round == 1 ? SyncPace.First(state.Settings!)
                    : state.Commits.First(c => c.Round == e.Round).PaceBefore.Within(state.Settings!);
                happenings.Add(new Reopened(e.Round, 1));
                return Open(state with
                {
                    Epoch = state.Epoch + 1,
                    Ended = false,
                    Pace = pace,
                    Commits = [.. state.Commits.Where(c => c.Round < e.Round)]
                }, e.Round, baseMerge);
            case Rejoin:
                // A leader that could withdraw the vote of its proposal, and vote for another merge, would hold every round up.
                return state.Round!.Leader == author
                    ? RoundRules.ChangeTerm(state, state.Round, unresolved: false, happenings)
                    : state with { Round = state.Round with { Votes = state.Round.Votes.Remove(author) } };
            case Tombstone:
                return state with { Deleted = true };
            default:
                throw new InvalidOperationException($"{entry.GetType().Name} was checked but cannot be carried out.");
        }
    }

    /// <summary>Opens a round: pending members and settings take effect.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="number">The round.</param>
    /// <param name="baseMerge">The merge that members train from.</param>
    /// <param name="isOver">Whether nobody wants to train on.</param>
    public static TrainingState Open(TrainingState state, long number, BlobId baseMerge, bool isOver = false)
    {
        var authors = state.Authors.ToBuilder();
        foreach (var (node, author) in state.Authors)
            if (author.Standing is Standing.Joining or Standing.Leaving)
                authors[node] = author with { Standing = author.Standing == Standing.Joining ? Standing.Member : Standing.Outside };
        var settings = state.Settings!;
        var view = authors.Where(a => a.Value.Standing == Standing.Member).Select(a => a.Key).ToImmutableSortedSet();
        return Stamp(state with
        {
            Authors = authors.ToImmutable(),
            Ended = isOver || number > settings.Rounds || view.Count < settings.MinPeers,
            Round =
                new RoundState { Round = number, Base = baseMerge, View = view, Settings = settings, SyncInterval = state.Pace.Interval },
        });
    }

    /// <summary>
    /// Opens the same round once more: pending members and settings take effect, and what was said in it before counts no more.
    /// </summary>
    public static TrainingState OpenAgain(TrainingState state)
    {
        var round = state.Round!;
        var opened = Open(state, round.Round, round.Base);
        return Stamp(opened with { Round = opened.Round! with { Opening = round.Opening + 1, Term = round.Term + 1 } });
    }

    /// <summary>Records the height and the state's digest at which an opening begins.</summary>
    public static TrainingState Stamp(TrainingState state)
    {
        var opened = state with { Round = state.Round! with { OpenedAt = state.Height, OpenedHash = default } };
        return opened with { Round = opened.Round! with { OpenedHash = TrainingStateCodec.Hash(opened) } };
    }

    /// <summary>Appends a commit to the record.</summary>
    public static TrainingState Record(TrainingState state, Commit commit)
    {
        var bytes = new CanonicalWriter().Digest(state.History);
        TrainingStateCodec.WriteCommit(bytes, commit);
        var commits = state.Commits.Add(commit);
        return state with
        {
            History = Digest.Of(bytes.Written),
            Commits = commits.Length > TrainingState.RecentCommits ? commits.RemoveAt(0) : commits,
        };
    }

    /// <summary>A contract that ended for want of members or rounds goes on when it gets them.</summary>
    private static TrainingState Revive(TrainingState state)
    {
        if (!state.Ended || state.Round is not { } round)
            return state;
        return round is { Opening: 1, Term: 1 } ? Open(state, round.Round, round.Base) : OpenAgain(state);
    }

    private static bool IsMember(Author? author) => author is { Standing: Standing.Member or Standing.Leaving or Standing.Joining };

    private static TrainingState With(TrainingState state, NodeId node, Func<Author, Author> change) =>
        state with { Authors = state.Authors.SetItem(node, change(state.Authors[node])) };
}
