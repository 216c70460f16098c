using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Daemon.Http;

/// <summary>
/// Who may use a node's API: its admins and every node of its own organisation, each for what <see cref="Permissions"/> allows its roles. Nobody else.
/// </summary>
/// <param name="self">The node.</param>
/// <param name="admins">Who else may.</param>
internal sealed class ApiAccess(NodeId self, ImmutableArray<NodeId> admins)
{
    /// <summary>Whether a caller is let in at all.</summary>
    public bool Admits(NodeId caller) =>
        !caller.IsNone && ((caller.TrustDomain == self.TrustDomain && caller.Organisation == self.Organisation) || admins.Contains(caller));

    /// <summary>Whether a caller may do something.</summary>
    public bool Permits(IPeerIdentityFeature caller, NodeAction action) => Admits(caller.Node) && Permissions.Allow(caller.Roles, action);
}
