using System.Security.Cryptography;
using Starling.Api;
using Starling.Cli.Terminal;
using Starling.Daemon;
using Starling.Node.Identity;

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

    /// <summary>Red if what the daemon's parts throw ends a command as something unforeseen.</summary>
    [Fact]
    public void What_is_thrown_below_the_commands_has_its_exit_code()
    {
        Assert.Equal((ExitCode.PortBusy, "a"), ErrorEdge.Explain(new DaemonException(ExitCode.PortBusy, "a")));
        Assert.Equal((ExitCode.Identity, "b"), ErrorEdge.Explain(new IdentityException("b")));
        Assert.Equal((ExitCode.Identity, "c"), ErrorEdge.Explain(new CryptographicException("c")));
        foreach (var cause in (Exception[])[new IOException(), new UnauthorizedAccessException()])
            Assert.Equal((ExitCode.Disk, "d"), ErrorEdge.Explain(new IdentityException("d", cause)));
    }
}
