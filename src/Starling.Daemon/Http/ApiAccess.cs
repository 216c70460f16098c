using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Node.Transport;

namespace Starling.Daemon.Http;

/// <summary>
/// Who may use a node's API: its admins and every node of its own organisation, each for what <see cref="Permissions"/> allows its roles.
/// Of other organisations, operators that work for the same task runner may get content of tasks, and the admins of a task runner what
/// its own programs wrote, and nothing else. Nobody else.
/// </summary>
/// <param name="self">The node.</param>
/// <param name="admins">Who else may.</param>
/// <param name="runners">The task runners that the node works for, as they are now.</param>
internal sealed class ApiAccess(NodeId self, ImmutableArray<NodeId> admins, Func<IEnumerable<RunnerState>> runners)
{
    /// <summary>Whether a caller is let in at all.</summary>
    public bool Admits(NodeId caller) =>
        !caller.IsNone && (IsOwn(caller) || runners().Any(runner => WorksFor(runner, caller) || Decides(runner, caller)));

    /// <summary>
    /// Whether a caller may do something. Whoever holds the node's own key, its host's owner, may have it end: there
    /// it could be killed as well.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="action">For what.</param>
    /// <param name="about">The task runner or contract that the request names; null if it names none.</param>
    public bool Permits(IPeerIdentityFeature caller, NodeAction action, ContractId? about) =>
        (caller.Node == self && action is (NodeAction.Stop or NodeAction.Drain))
        || (Permissions.Allow(caller.Roles, action) && (IsOwn(caller.Node) || action switch
        {
            NodeAction.ReadContent => runners().Any(runner => WorksFor(runner, caller.Node)),
            NodeAction.ReadOutput => runners().Any(runner => runner.Contract == about && Decides(runner, caller.Node)),
            _ => false,
        }));

    private static bool WorksFor(RunnerState runner, NodeId caller) => runner.Operators.Contains(caller);

    private static bool Decides(RunnerState runner, NodeId caller) => runner.Authors.GetValueOrDefault(caller) is { IsAdmin: true };

    private bool IsOwn(NodeId caller) =>
        (caller.TrustDomain == self.TrustDomain && caller.Organisation == self.Organisation) || admins.Contains(caller);
}
