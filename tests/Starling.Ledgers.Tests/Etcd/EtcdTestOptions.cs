using System.Collections.Immutable;
using Starling.Ledgers.Etcd;

namespace Starling.Ledgers.Tests.Etcd;

/// <summary>How tests reach etcd.</summary>
internal static class EtcdTestOptions
{
    /// <summary>A cluster's members.</summary>
    public static ImmutableArray<EtcdEndpoint> Endpoints(EtcdCluster cluster) => Endpoints(cluster.Endpoints);

    /// <summary>Members by their addresses.</summary>
    public static ImmutableArray<EtcdEndpoint> Endpoints(IEnumerable<string> addresses) =>
        [.. addresses.Select(
            address => EtcdEndpoint.TryParse(address, out var endpoint) ? endpoint : throw new ArgumentException(address))];
}
