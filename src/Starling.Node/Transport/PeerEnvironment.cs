using Microsoft.Extensions.Logging;
using Starling.Core.Identity;

namespace Starling.Node.Transport;

/// <summary>What every connection of a node shares.</summary>
/// <param name="Self">This node.</param>
/// <param name="Instance">Drawn when the process started.</param>
/// <param name="Options">Bounds and times.</param>
/// <param name="Source">What is served.</param>
/// <param name="Clock">Tells the time.</param>
/// <param name="Metrics">What is counted.</param>
/// <param name="Log">What is logged.</param>
internal sealed record PeerEnvironment(
    NodeId Self, ulong Instance, PeerNetworkOptions Options, IBlobSource Source, TimeProvider Clock, TransportMetrics Metrics, ILogger Log)
{
    /// <summary>What all connections together may upload.</summary>
    public UploadLimit Uploads { get; } = new(Options.MaxUploadRate, Clock);
}
