using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Node.Blobs;

/// <summary>Counts the bytes of each contract. Not thread-safe.</summary>
internal sealed class BlobQuotas(long most)
{
    private readonly SortedDictionary<ContractId, long> used = [];

    public ImmutableSortedDictionary<ContractId, long> Used => used.ToImmutableSortedDictionary();

    /// <summary>Takes room if there is any.</summary>
    public bool TryTake(ContractId contract, long bytes)
    {
        if (bytes > most - used.GetValueOrDefault(contract))
            return false;
        Take(contract, bytes);
        return true;
    }

    /// <summary>Counts what is on disk already, whether it fits or not.</summary>
    public void Take(ContractId contract, long bytes) => used[contract] = used.GetValueOrDefault(contract) + bytes;

    public void GiveBack(ContractId contract, long bytes)
    {
        used[contract] -= bytes;
        if (used[contract] == 0)
            used.Remove(contract);
    }
}
