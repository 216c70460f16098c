using Starling.Core.Identity;
using Starling.Core.Ledger;

namespace Starling.Core.Contracts;

/// <summary>What entries of every contract share: the chain that they are part of, and whether an entry is its author's next one.</summary>
internal static class EntryRules
{
    /// <summary>Takes an entry into the history, whatever it says.</summary>
    public static T Chain<T>(T state, SignedEntry entry)
        where T : ContractState => state with { ChainHashes = state.ChainHashes.Add(ChainHash.Next(state.ChainHash, entry.Id)) };

    /// <summary>Takes a new entry's id into account.</summary>
    public static T Know<T>(T state, SignedEntry entry)
        where T : ContractState => state with { Ids = state.Ids.Add(entry.Id) };

    /// <summary>Notes that an author has used an entry's sequence number, and who it is from now on.</summary>
    public static T Count<T>(T state, SignedEntry entry, Author author)
        where T : ContractState =>
            state with { Authors = state.Authors.SetItem(entry.Body.Author, author with { Sequence = entry.Body.Sequence }) };

    /// <summary>
    /// Notes what is left of a refused entry: that its author has used its sequence number. A certificate alone makes nobody an author,
    /// or as many could be made as there are certificates.
    /// </summary>
    public static T CountRefused<T>(T state, SignedEntry entry, Author author)
        where T : ContractState =>
            state.ForgetsStrangers && !state.Authors.ContainsKey(entry.Body.Author) ? state : Count(state, entry, author);

    /// <summary>Whether an author had folded this history, and no other one, when it wrote an entry.</summary>
    public static bool HasSeen(ContractState state, EntryBody body) =>
        body.SeenHeight >= 0 && body.SeenHeight <= state.Height && state.ChainHashes[(int)body.SeenHeight] == body.SeenHash;

    /// <summary>The key that whoever is enrolled signs with, if the contract's anchors vouch for it in this role.</summary>
    public static (Refusal Refusal, PublicKey? Key) Vouch(ContractState state, Enrolment enrolment, Roles role, ICertifier certifier)
    {
        var identity = certifier.Certify(state.Anchors, enrolment.Chain);
        if (identity is null || identity.Node != enrolment.Node
            || (state.Authors.TryGetValue(enrolment.Node, out var known) && !known.Key.Equals(identity.Key)))
            return (Refusal.UntrustedCertificate, null);
        return (identity.Roles.HasFlag(role) ? Refusal.None : Refusal.LacksRole, identity.Key);
    }

    /// <summary>Whether the entry is its author's next one. Without an author the entry counts for nobody.</summary>
    /// <param name="state">The state before it.</param>
    /// <param name="entry">The entry, whose signature is valid.</param>
    /// <param name="enrols">Whom the entry enrols, if that is what it says: the one entry of a stranger that counts enrols himself, and its
    /// chain vouches for his key.</param>
    /// <param name="rejoins">Whether the author says that it lost its disk.</param>
    /// <param name="certifier">Checks the chain.</param>
    public static (Refusal Refusal, Author? Author) Authenticate(ContractState state, SignedEntry entry, Enrolment? enrols, bool rejoins,
        ICertifier certifier)
    {
        var body = entry.Body;
        if (state.Deleted)
            return (Refusal.Deleted, null);
        if (!state.Authors.TryGetValue(body.Author, out var author))
        {
            if (enrols?.Node != body.Author)
                return (Refusal.NotMember, null);
            if (!entry.Key.Equals(Vouch(state, enrols, Roles.None, certifier).Key))
                return (Refusal.UntrustedCertificate, null);
            author = new Author(entry.Key, 1, 0, IsAdmin: false, Standing.Outside, enrols.LeaderEligible);
        }

        if (!author.Key.Equals(entry.Key))
            return (Refusal.WrongKey, null);
        if (rejoins ? body.Incarnation != author.Incarnation + 1 : body.Incarnation != author.Incarnation)
            return (Refusal.OldIncarnation, null);
        if (rejoins)
            author = author with { Sequence = 0, Incarnation = body.Incarnation };
        if (body.Sequence <= author.Sequence)
            return (Refusal.SequenceUsed, null);
        var isForeign = !HasSeen(state, body);
        if (isForeign && state.IgnoresOtherHistories)
            return (Refusal.ForeignChain, null);
        if (body.FoldVersion != state.RulesVersion)
            return (Refusal.WrongFoldVersion, author);
        if (body.Epoch != state.Epoch)
            return (Refusal.WrongEpoch, author);
        return (isForeign ? Refusal.ForeignChain : Refusal.None, author);
    }
}
