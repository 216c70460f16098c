using System.Collections.Immutable;
using Starling.Api;
using Starling.Api.Checks;
using Starling.Api.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Daemon.Configuration;
using Starling.Ledgers;
using Starling.Node.Journal;

namespace Starling.Daemon.Checks;

/// <summary>Whether the ledger answers, and still shows what the node has mirrored: a node stops for good where it does not.</summary>
internal static class LedgerCheck
{
    private const string Name = "ledger";
    private const string Rewritten =
        "It was rewritten, or is another ledger: compare with other members by 'starling ledger log', and do not delete the mirror, which is the proof.";
    private const string Lost = "It lost some, or is another ledger: restore it from a member that has them all.";

    /// <param name="node">What the node is told.</param>
    /// <param name="isRunning">Whether the node runs, and its mirror is its own.</param>
    /// <param name="status">What it says then; null if it does not.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<ImmutableArray<CheckResult>> ExamineAsync(NodeConfiguration node, bool isRunning,
        NodeStatus? status, CancellationToken cancellation)
    {
        if (node.Ledger.Path is { } path && !File.Exists(path))
            return [CheckResult.Fail(Name, $"There is no ledger at {path}.",
                "Correct 'ledger.path' in node.yaml; whoever founds the contract makes the file.")];
        try
        {
            var ledger = DaemonServiceCollectionExtensions.OpenLedger(node.Ledger);
            await using (ledger.ConfigureAwait(false))
            {
                var results = ImmutableArray.CreateBuilder<CheckResult>();
                foreach (var followed in status?.Followed ?? [])
                    results.Add(await CompareAsync(ledger, followed, cancellation).ConfigureAwait(false));
                if (results.Count > 0)
                    return results.ToImmutable();
                var file = Path.Combine(node.Folder, NodeJournal.FileName);
                using var journal = !isRunning && File.Exists(file) ? NodeJournal.Open(file) : null;
                var mirror = journal is null ? [] : (await journal.LoadAsync(cancellation).ConfigureAwait(false)).Mirror;
                if (mirror.All(mirrored => mirrored.Contract != node.Main))
                    mirror = mirror.Add(new MirroredContract(node.Main, []));
                var note = isRunning ? "while the node runs its mirror is its own"
                    : journal is null ? "the node has mirrored nothing yet" : "as the node's mirror has it";
                foreach (var mirrored in mirror.OrderBy(each => each.Contract))
                    results.Add(await CompareAsync(ledger, mirrored, journal, note, cancellation).ConfigureAwait(false));
                return results.ToImmutable();
            }
        }
        catch (LedgerUnavailableException e)
        {
            return [CheckResult.Fail(Name, $"The ledger does not answer: {e.Message}",
                "See that enough of its members run ('starling ledger start' on their hosts), and that 'ledger.endpoints' is right.")];
        }
        catch (Exception e) when (e is LedgerException or DaemonException or JournalException)
        {
            return [CheckResult.Fail(Name, e.Message, "Do not start the node before that is clear.")];
        }
    }

    private static async Task<CheckResult> CompareAsync(ILedger ledger, FollowedContract followed, CancellationToken cancellation)
    {
        var contract = ContractId.Parse(followed.Contract);
        if (followed.Height == 0)
            return await CompareAsync(ledger, new MirroredContract(contract, []), null, "the node has read none yet", cancellation)
                .ConfigureAwait(false);
        var (chain, stored) = (ChainHash.Start(contract), default(Digest));
        for (long at = 0; at < followed.Height;)
        {
            var page = await ledger.ReadAsync(contract, at, (int)Math.Min(LedgerPage.MaxEntries, followed.Height - at), cancellation)
                .ConfigureAwait(false);
            if (page.Entries.IsEmpty)
                return CheckResult.Fail(Name, $"The ledger has {at} entries of {contract}, and the node has read {followed.Height}.", Lost);
            chain = page.Entries.Aggregate(chain, (hash, entry) => ChainHash.Next(hash, entry.Entry.Id));
            stored = page.Entries.Aggregate(stored, (hash, entry) => ChainHash.Next(hash, entry.Entry.StoredDigest));
            at += page.Entries.Length;
        }

        // The ids say nothing of key and signature; only a node of an older build tells no more.
        return chain.ToString() == followed.ChainHead && (followed.StoredHead is not { } head || stored.ToString() == head)
            ? CheckResult.Ok(Name,
                $"The ledger answers, and its first {followed.Height} entries of {contract} are those that the node has read.")
            : CheckResult.Fail(Name, $"The ledger shows other entries of {contract} than the node has read.", Rewritten);
    }

    private static async Task<CheckResult> CompareAsync(ILedger ledger, MirroredContract mirror, NodeJournal? journal, string note,
        CancellationToken cancellation)
    {
        var (contract, known) = (mirror.Contract, mirror.Entries.Count);
        using var mirrored = mirror.Entries.GetEnumerator();
        for (long at = 0; ;)
        {
            var page = await ledger.ReadAsync(contract, at, LedgerPage.MaxEntries, cancellation).ConfigureAwait(false);
            foreach (var entry in page.Entries)
            {
                // What is stored: the ids say nothing of key and signature.
                if (mirrored.MoveNext() && mirrored.Current.Entry.StoredDigest != entry.Entry.StoredDigest)
                    return NodeJournal.IsDamaged(mirrored.Current)
                        ? CheckResult.Fail(Name, $"The ledger shows another entry {at} of {contract} than the node has mirrored, and it is the mirror that has changed.",
                            journal!.DamagedAt(contract, at))
                        : CheckResult.Fail(Name, $"The ledger shows another entry {at} of {contract} than the node has mirrored.", Rewritten);
                at++;
            }

            if (page.Entries.IsEmpty || at >= Math.Max(1, known))
                return at < known
                    ? CheckResult.Fail(Name, $"The ledger has {at} entries of {contract}, and the node has mirrored {known}.", Lost)
                    : page.Height == 0
                        ? CheckResult.Warn(Name, $"The ledger answers, and has no {contract}.",
                            "Have it founded, or correct 'contract.id', 'runner.id' or the ledger in node.yaml.")
                        : CheckResult.Ok(Name,
                            $"The ledger answers, with {page.Height} entries of {contract}; {(known == 0 ? note : $"the first {known} are {note}")}.");
        }
    }
}
