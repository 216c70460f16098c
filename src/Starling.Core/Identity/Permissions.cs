namespace Starling.Core.Identity;

/// <summary>
/// The one matrix of who may do what: a pure function of an action and of roles. What it does not allow is denied. It says nothing of
/// organisations: a node's API also asks whether the caller belongs to it.
/// </summary>
public static class Permissions
{
    private const Roles Anyone = Roles.Learner | Roles.Operator | Roles.Ledger | Roles.Admin | Roles.Observer;

    /// <summary>The roles of which each suffices for an action.</summary>
    public static Roles Needed(NodeAction action) => action switch
    {
        NodeAction.Connect => Roles.Learner | Roles.Operator,
        NodeAction.Read => Anyone,
        NodeAction.ReadContent => Roles.Operator | Roles.Admin,
        NodeAction.Stop or NodeAction.Drain or NodeAction.AdministerContract or NodeAction.ReadOutput => Roles.Admin,
        _ => Roles.None,
    };

    /// <summary>Whether somebody with these roles may do it.</summary>
    public static bool Allow(Roles roles, NodeAction action) => (roles & Needed(action)) != 0;
}
