using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Core.Contracts;

/// <summary>Who may author entries of a contract from its entry 0 on.</summary>
internal static class FoundingRoster
{
    /// <summary>Checks the admins and members that entry 0 names, and its author.</summary>
    /// <param name="state">The contract, with the trust anchors and the version of the rules that entry 0 names.</param>
    /// <param name="entry">Entry 0.</param>
    /// <param name="admins">The admins that it names; the author must be one.</param>
    /// <param name="members">The members that it names; an admin may be one, under the same key.</param>
    /// <param name="standing">Where a member stands at first.</param>
    /// <param name="certifier">Checks their chains.</param>
    public static (Refusal Refusal, ImmutableSortedDictionary<NodeId, Author> Authors) Build(
        ContractState state, SignedEntry entry, IEnumerable<Enrolment> admins, IEnumerable<Enrolment> members, Standing standing,
        ICertifier certifier)
    {
        var none = ImmutableSortedDictionary<NodeId, Author>.Empty;
        var authors = ImmutableSortedDictionary.CreateBuilder<NodeId, Author>();
        var named = new SortedSet<(NodeId, bool)>();
        foreach (var (enrolment, isAdmin) in admins.Select(e => (e, true)).Concat(members.Select(e => (e, false))))
        {
            var role = isAdmin && state.MemberRole != Roles.None ? Roles.Admin : state.MemberRole;
            var (refusal, key) = EntryRules.Vouch(state, enrolment, role, certifier);
            if (refusal != Refusal.None)
                return (refusal, none);
            authors.TryGetValue(enrolment.Node, out var known);
            var isNamed = state.NamesEachOnce ? !named.Add((enrolment.Node, isAdmin)) : isAdmin == known?.IsAdmin;
            if (isNamed || (known is not null && !known.Key.Equals(key)))
                return (Refusal.AlreadyMember, none);
            authors[enrolment.Node] = new Author(key!, 1, 0, isAdmin || known is { IsAdmin: true },
                isAdmin ? Standing.Outside : standing, !isAdmin && enrolment.LeaderEligible);
        }

        if (!authors.TryGetValue(entry.Body.Author, out var author) || !author.IsAdmin)
            return (Refusal.NotPermitted, none);
        if (!author.Key.Equals(entry.Key))
            return (Refusal.WrongKey, none);
        authors[entry.Body.Author] = author with { Sequence = entry.Body.Sequence };
        return (Refusal.None, authors.ToImmutable());
    }
}
