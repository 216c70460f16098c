using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Node.Blobs;

/// <summary>Who may read which blob. Thread-safe. A blob of several contracts has an audience for each.</summary>
internal sealed class BlobAudiences
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<(BlobId Blob, ContractId Contract), ImmutableSortedSet<NodeId>> audiences = [];
    private readonly SortedDictionary<BlobId, ImmutableSortedSet<ContractId>> contracts = [];

    public void Replace(BlobId blob, ContractId contract, IEnumerable<NodeId> audience)
    {
        lock (gate)
        {
            var set = audience.ToImmutableSortedSet();
            var named = contracts.GetValueOrDefault(blob, []);
            named = set.IsEmpty ? named.Remove(contract) : named.Add(contract);
            if (set.IsEmpty)
                audiences.Remove((blob, contract));
            else
                audiences[(blob, contract)] = set;
            if (named.IsEmpty)
                contracts.Remove(blob);
            else
                contracts[blob] = named;
        }
    }

    public void Remove(BlobId blob)
    {
        lock (gate)
        {
            if (!contracts.Remove(blob, out var named))
                return;
            foreach (var contract in named)
                audiences.Remove((blob, contract));
        }
    }

    public bool Permits(NodeId node, BlobId blob)
    {
        lock (gate)
            return contracts.TryGetValue(blob, out var named) && named.Any(contract => audiences[(blob, contract)].Contains(node));
    }
}
