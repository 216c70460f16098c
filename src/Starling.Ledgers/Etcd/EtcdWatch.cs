namespace Starling.Ledgers.Etcd;

/// <summary>A watch at a member.</summary>
/// <param name="News">What it tells, a line each time.</param>
/// <param name="Left">Cancelled once the member is not asked any more: a member that hangs, or its host, does not end its watches.</param>
internal sealed record EtcdWatch(Stream News, CancellationToken Left);
