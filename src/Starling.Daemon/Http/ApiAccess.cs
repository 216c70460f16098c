using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Node.Transport;

namespace Starling.Daemon.Http;

/// <summary>
/// Who may use a node's API: its admins and every node of its own organisation, each for what <see cref="Permissions"/> allows its roles.
/// Of other organisations, operators that work for the same task runner may get content of tasks, and admins of that what its programs
/// wrote, and nothing else. Nobody else.
/// </summary>
/// <param name="self">The node.</param>
/// <param name="admins">Who else may.</param>
/// <param name="worksTogether">Whether somebody is an operator of a task runner that the node works for.</param>
/// <param name="decides">Whether somebody is an admin of a task runner that the node works for.</param>
internal sealed class ApiAccess(NodeId self, ImmutableArray<NodeId> admins, Func<NodeId, bool> worksTogether, Func<NodeId, bool> decides)
{
    /// <summary>Whether a caller is let in at all.</summary>
    public bool Admits(NodeId caller) => !caller.IsNone && (IsOwn(caller) || worksTogether(caller) || decides(caller));

    /// <summary>
    /// Whether a caller may do something. Whoever holds the node's own key, its host's owner, may have it end: there
    /// it could be killed as well.
    /// </summary>
    public bool Permits(IPeerIdentityFeature caller, NodeAction action) =>
        (caller.Node == self && action is (NodeAction.Stop or NodeAction.Drain))
        || (Permissions.Allow(caller.Roles, action) && (IsOwn(caller.Node) || action switch
        {
            NodeAction.ReadContent => worksTogether(caller.Node),
            NodeAction.ReadOutput => decides(caller.Node),
            _ => false,
        }));

    private bool IsOwn(NodeId caller) =>
        (caller.TrustDomain == self.TrustDomain && caller.Organisation == self.Organisation) || admins.Contains(caller);
}
