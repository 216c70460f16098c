using Starling.Cli.Control;
using Starling.Cli.Terminal;

namespace Starling.Cli.Tests.Control;

public sealed class OperatorNamesTests
{
    private static readonly string[] Operators =
        ["spiffe://a.example/clinic/node", "spiffe://b.example/clinic/node", "spiffe://b.example/lab/node", "spiffe://b.example/lab/spare"];

    [Theory]
    [InlineData("spiffe://b.example/clinic/node", 1)]
    [InlineData("lab/node", 2)]
    [InlineData("spare", 3)]
    public void An_operator_is_found_by_what_people_call_it(string text, int which) =>
        Assert.Equal(Operators[which], OperatorNames.Find(text, Operators));

    [Theory]
    [InlineData("clinic/node", "may be spiffe://a.example/clinic/node or spiffe://b.example/clinic/node")]
    [InlineData("node", "write which")]
    [InlineData("lab/nodes", "did you mean 'lab/node'")]
    [InlineData("elsewhere entirely", "there is no operator 'elsewhere entirely'; there are clinic/node")]
    public void One_that_cannot_be_told_is_not_guessed(string text, string words) =>
        Assert.Contains(words, Assert.Throws<CommandException>(() => OperatorNames.Find(text, Operators)).Message,
            StringComparison.Ordinal);

    /// <summary>Red if whoever looks for another kind of node is told of operators.</summary>
    [Fact]
    public void Other_nodes_are_called_what_they_are() => Assert.Contains(
        "there is no member 'somebody else'; there are clinic/node",
        Assert.Throws<CommandException>(
            () => OperatorNames.Find("somebody else", Operators, ("member", "starling contract info digits"))).Message,
        StringComparison.Ordinal);
}
