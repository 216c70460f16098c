using System.Diagnostics;
using System.Diagnostics.Metrics;
using Starling.Core.Identity;
using Starling.Node.Transport.Wire;

namespace Starling.Node.Transport;

/// <summary>What is counted of the connections between nodes, under the meter and the activity source <c>Starling.Transport</c>.</summary>
internal sealed class TransportMetrics : IDisposable
{
    public const string Name = "Starling.Transport";

    public static readonly ActivitySource Activities = new(Name);

    private readonly Meter meter = new(Name);
    private readonly Counter<long> sent;
    private readonly Counter<long> received;
    private readonly Counter<long> dropped;
    private readonly Counter<long> refused;
    private readonly UpDownCounter<long> connections;
    private readonly Histogram<double> roundTrip;

    public TransportMetrics()
    {
        sent = meter.CreateCounter<long>("starling.peer.sent", "By", "Bytes sent to a peer, before encryption.");
        received = meter.CreateCounter<long>("starling.peer.received", "By", "Bytes received from a peer, after decryption.");
        dropped = meter.CreateCounter<long>("starling.peer.dropped", "{message}", "Messages to a peer that were dropped.");
        refused = meter.CreateCounter<long>("starling.peer.refused", "{connection}",
            "Connections refused or ended with a reason, by this node or the other.");
        connections = meter.CreateUpDownCounter<long>("starling.peer.connections", "{connection}", "Connections that stand.");
        roundTrip = meter.CreateHistogram<double>("starling.peer.round_trip", "s", "From a ping to its answer.");
    }

    public void Sent(NodeId peer, int bytes) => sent.Add(bytes, Tag(peer));

    public void Received(NodeId peer, int bytes) => received.Add(bytes, Tag(peer));

    public void Dropped(NodeId peer) => dropped.Add(1, Tag(peer));

    /// <summary>Counts a refusal. Strangers are not named: they could fill the memory of an exporter with names.</summary>
    public void Refused(PeerRefusal code, bool byOther) =>
        refused.Add(1, new KeyValuePair<string, object?>("reason", code.ToString()),
            new KeyValuePair<string, object?>("by", byOther ? "peer" : "self"));

    public void Connected(NodeId peer, ConnectionKind kind, int change) =>
        connections.Add(change, Tag(peer), new KeyValuePair<string, object?>("kind", kind.ToString()));

    public void RoundTrip(NodeId peer, TimeSpan time) => roundTrip.Record(time.TotalSeconds, Tag(peer));

    public void Dispose() => meter.Dispose();

    private static KeyValuePair<string, object?> Tag(NodeId peer) => new("peer", peer.Value);
}
