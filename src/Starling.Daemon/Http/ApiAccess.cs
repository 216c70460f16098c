using System.Collections.Immutable;
using Starling.Core.Identity;

namespace Starling.Daemon.Http;

/// <summary>Who may use a node's API: its admins and every node of its own organisation. Nobody else.</summary>
/// <param name="self">The node.</param>
/// <param name="admins">Who else may.</param>
internal sealed class ApiAccess(NodeId self, ImmutableArray<NodeId> admins)
{
    /// <summary>Whether a caller may use the API.</summary>
    public bool Permits(NodeId caller) =>
        !caller.IsNone && ((caller.TrustDomain == self.TrustDomain && caller.Organisation == self.Organisation) || admins.Contains(caller));
}
