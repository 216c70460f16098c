using Starling.Core.Identity;

namespace Starling.Core.Tests.Identity;

public class PermissionsTests
{
    /// <summary>The whole matrix, a line an action: learner, operator, ledger, admin, observer.</summary>
    private static readonly (NodeAction Action, string Allowed)[] Matrix =
    [
        (NodeAction.Unknown, "-----"),
        (NodeAction.Connect, "xx---"),
        (NodeAction.Read, "xxxxx"),
        (NodeAction.Stop, "---x-"),
        (NodeAction.Drain, "---x-"),
        (NodeAction.AdministerContract, "---x-"),
        (NodeAction.ReadContent, "-x-x-"),
        (NodeAction.ReadOutput, "---x-"),
    ];

    public static TheoryData<NodeAction, Roles, bool> Cells =>
        [.. Matrix.SelectMany(line => line.Allowed.Select((mark, role) => (line.Action, (Roles)(1 << role), mark == 'x')))];

    [Theory]
    [MemberData(nameof(Cells))]
    public void Every_cell_is_as_the_matrix_says(NodeAction action, Roles role, bool allowed)
    {
        Assert.Equal(allowed, Permissions.Allow(role, action));
        Assert.False(Permissions.Allow(Roles.None, action));
        Assert.Equal(Permissions.Needed(action) != Roles.None, Permissions.Allow((Roles)31, action));
    }

    [Fact]
    public void The_matrix_has_every_action_and_every_role()
    {
        Assert.Equal(Enum.GetValues<NodeAction>(), Matrix.Select(line => line.Action));
        Assert.All(Matrix, line => Assert.Equal(Enum.GetValues<Roles>().Length - 1, line.Allowed.Length));
        Assert.Equal(Roles.None, Permissions.Needed((NodeAction)99));
    }
}
