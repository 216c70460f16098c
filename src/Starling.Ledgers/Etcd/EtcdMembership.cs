using Starling.Ledgers.Etcd.Wire;

namespace Starling.Ledgers.Etcd;

/// <summary>
/// The members of the etcd that a ledger is in, and how there come to be more or fewer (etcd v3.4,
/// <c>rpc.proto</c>, service <c>Cluster</c>).
/// </summary>
public sealed class EtcdMembership : IDisposable
{
    private readonly EtcdClient client;

    private EtcdMembership(EtcdOptions options) => client = new EtcdClient(options);

    /// <summary>Prepares to ask. No member is asked yet.</summary>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    /// <exception cref="LedgerUnavailableException">The certificates cannot be read.</exception>
    public static EtcdMembership Open(EtcdOptions options)
    {
        options.Check();
        return new EtcdMembership(options);
    }

    /// <summary>All members, by name; those that have not been started yet come first.</summary>
    /// <exception cref="LedgerUnavailableException">No member answers.</exception>
    public async Task<IReadOnlyList<EtcdMemberEntry>> ListAsync(CancellationToken cancellation)
    {
        var answer =
            await AskAsync("v3/cluster/member/list", new EtcdNothing(), EtcdJson.Default.EtcdNothing, cancellation).ConfigureAwait(false);
        return [.. (answer.Members ?? [])
            .Select(member => new EtcdMemberEntry(member.Id, member.Name ?? "", [.. member.PeerUrls ?? []], [.. member.ClientUrls ?? []]))
            .OrderBy(member => member.Name, StringComparer.Ordinal).ThenBy(member => member.Id)];
    }

    /// <summary>Tells the cluster of a member that is about to be started. It counts for majorities from then on.</summary>
    /// <param name="peerUrl">Where other members will reach it.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="LedgerUnavailableException">No member answers, or the cluster does not take it.</exception>
    public async Task AddAsync(string peerUrl, CancellationToken cancellation)
    {
        try
        {
            await AskAsync("v3/cluster/member/add", new EtcdMemberAdd([peerUrl]), EtcdJson.Default.EtcdMemberAdd, cancellation)
                .ConfigureAwait(false);
        }
        catch (LedgerUnavailableException)
        {
            // The answer to a first try may have been lost, and the second one is refused since it is there.
            if (!(await ListAsync(cancellation).ConfigureAwait(false)).Any(member => member.PeerUrls.Contains(peerUrl)))
                throw;
        }
    }

    /// <summary>Takes a member out for good. Its process ends by itself.</summary>
    /// <exception cref="LedgerUnavailableException">No member answers, or the cluster does not let it go.</exception>
    public async Task RemoveAsync(ulong id, CancellationToken cancellation)
    {
        try
        {
            await AskAsync("v3/cluster/member/remove", new EtcdMemberRemove(id), EtcdJson.Default.EtcdMemberRemove, cancellation)
                .ConfigureAwait(false);
        }
        catch (LedgerUnavailableException)
        {
            if ((await ListAsync(cancellation).ConfigureAwait(false)).Any(member => member.Id == id))
                throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private async Task<EtcdMembersAnswer> AskAsync<TQuestion>(string path, TQuestion question,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<TQuestion> form, CancellationToken cancellation)
    {
        try
        {
            return await client.AskAsync(path, question, form, EtcdJson.Default.EtcdMembersAnswer, cancellation).ConfigureAwait(false);
        }
        catch (EtcdException e)
        {
            throw e.AsUnavailable();
        }
    }
}
