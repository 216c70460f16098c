using System.Diagnostics;
using Starling.Node.Executors;

namespace Starling.Node.Tests.Executors;

/// <summary>A node that is killed takes its works with it, at once or when it starts again.</summary>
public sealed class KilledNodeTests
{
    private const string Kind = "STARLING_TEST_EXECUTOR";
    private const string Root = "STARLING_TEST_ROOT";

    [Theory]
    [InlineData("sandbox", true)]
    [InlineData("sandbox without groups", true)]
    [InlineData("process", false)]
    [InlineData("process without groups", false)]
    public async Task Nothing_outlives_a_node_that_is_killed(string kind, bool atOnce)
    {
        await using var scratch = await Scratch.OpenAsync(kind);
        var owner = Owner(scratch.Root);
        var name = $"600{Path.GetFileName(scratch.Root)}";
        var start = new ProcessStartInfo(Environment.ProcessPath!,
            [typeof(KilledNodeTests).Assembly.Location, "-explicit", "only", "-method", "*.A_node_that_dies"])
        {
            RedirectStandardOutput = true,
            Environment = { [Kind] = kind, [Root] = scratch.Root },
        };
        if (!Path.GetFileName(start.FileName).StartsWith("dotnet", StringComparison.Ordinal))
            start.ArgumentList.RemoveAt(0);
        using var node = Process.Start(start)!;
        var said = await node.StandardOutput.ReadToEndAsync(Scratch.Cancellation);
        await node.WaitForExitAsync(Scratch.Cancellation);
        Assert.True(node.ExitCode == 137, said);
        if (!atOnce)
        {
            // The daemon lives on, so there is something to end.
            Assert.Equal(1, Scratch.Running($"{name}\0daemon"));
        }
        else
        {
            while (Scratch.Running(name) > 0)
                await Task.Delay(20, Scratch.Cancellation);
        }

        await Scratch.ExecutorAsync(kind, scratch.Root, owner);
        Assert.Equal(0, Scratch.Running(name));
    }

    private static string Owner(string root) => Path.GetFileName(root).ToLowerInvariant();

    /// <summary>The node of the test above, in a process of its own: it starts a program that makes a daemon, and is killed.</summary>
    [Fact(Explicit = true)]
    public async Task A_node_that_dies()
    {
        var root = Environment.GetEnvironmentVariable(Root) ?? throw new InvalidOperationException("Only the other test runs this one.");
        var executor = await Scratch.ExecutorAsync(Environment.GetEnvironmentVariable(Kind)!, root, Owner(root));
        var name = $"600{Path.GetFileName(root)}";
        var text =
            $"setsid setsid perl -e 'open F, q(>daemon); close F; close STDOUT; close STDERR; sleep 600' {name} daemon & while [ ! -e daemon ]; do sleep 0.02; done; echo ready; perl -e 'sleep 600' {name}";
        var work = await executor.StartAsync(new WorkOrder { Command = ["sh", "-c", text], Folder = Path.Combine(root, "work") },
            Scratch.Cancellation);
        await Scratch.SaidAsync(work, "ready");
        using var kill = Process.Start("kill", ["-9", $"{Environment.ProcessId}"]);
        await work.Completion;
    }
}
