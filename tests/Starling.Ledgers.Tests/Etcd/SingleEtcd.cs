namespace Starling.Ledgers.Tests.Etcd;

/// <summary>A cluster of one member, which tests share by prefixes of their own.</summary>
public sealed class SingleEtcd : IAsyncLifetime
{
    /// <summary>The cluster.</summary>
    public EtcdCluster Cluster { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => Cluster = await EtcdCluster.StartAsync(1);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
