using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.Tests.Terminal;

public sealed class ErrorEdgeTests
{
    /// <summary>Red if a message that quotes a node or a program reaches the terminal raw, or its second line has no mark.</summary>
    [Fact]
    public void An_error_cannot_steer_the_terminal()
    {
        using var text = new StringWriter { NewLine = "\n" };
        Assert.Equal(ExitCode.Task, ErrorEdge.Report(new CommandException(ExitCode.Task, "a\u001b[2Jb\rc\nd"), text));
        Assert.Equal("error: a\uFFFD[2Jb\uFFFDc\nerror: d\n", text.ToString());
    }
}
