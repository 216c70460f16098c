using System.Diagnostics;
using Starling.Api;
using Starling.Cli.Commands.Nodes;

namespace Starling.Cli.Tests;

public sealed class SystemdUnitTests
{
    /// <summary>Red if systemd would start a node again whose end a start does not mend, or leave down one that it would.</summary>
    [Fact]
    public void A_node_is_started_again_only_where_that_helps()
    {
        var codes = Write().Split('\n').Single(line => line.StartsWith("RestartPreventExitStatus=", StringComparison.Ordinal)).Split('=')[1]
            .Split(' ').Select(code => (ExitCode)int.Parse(code, null)).ToList();
        Assert.Equal([ExitCode.Usage, ExitCode.Configuration, ExitCode.LedgerForked, ExitCode.Diverged, ExitCode.Identity, ExitCode.Data],
            codes);
        Assert.Contains("\nRestart=on-failure\n", Write(), StringComparison.Ordinal);
    }

    /// <summary>Red if a path with a blank or a percent sign falls apart, or the node cannot write its own folder.</summary>
    [Fact]
    public void Paths_are_quoted_and_the_nodes_own_folders_can_be_written()
    {
        Assert.Contains("\nExecStart=\"/opt/100%%/starling\" \"node\" \"start\" \"--config\" \"/etc/star ling/node.yaml\"\n",
            Write("/opt/100%/starling"), StringComparison.Ordinal);
        Assert.Contains("\nReadWritePaths=\"/etc/star ling/data\" \"/etc/star ling\"\n", Write(), StringComparison.Ordinal);
    }

    /// <summary>Red if a program that finds .NET by its environment does not find it as a unit, whose environment is another one.</summary>
    [Fact]
    public void Where_dotnet_is_not_in_its_usual_place_the_unit_says_so()
    {
        Assert.Contains("\nEnvironment=\"DOTNET_ROOT=/opt/$/100%%/dot net\"\nExecStart=\"/opt/$$/starling\" \"node\"",
            Write("/opt/$/starling", "/opt/$/100%/dot net"), StringComparison.Ordinal);
        Assert.DoesNotContain("DOTNET_ROOT", Write(), StringComparison.Ordinal);
    }

    /// <summary>Red if systemd does not understand a line of it.</summary>
    [Fact]
    public async Task Systemd_understands_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed");
        var folder = Directory.CreateTempSubdirectory("starling-unit-");
        try
        {
            var unit = Path.Combine(folder.FullName, "starling.service");
            await File.WriteAllTextAsync(unit, Write("/bin/true", "/opt/$/dot net"), TestContext.Current.CancellationToken);
            using var verify = Process.Start(new ProcessStartInfo("systemd-analyze",
                ["verify", "--man=no", "--recursive-errors=no", unit])
            { RedirectStandardError = true })!;
            var told = await verify.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await verify.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotContain("starling.service", told, StringComparison.Ordinal);
            Assert.Equal(0, verify.ExitCode);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Write(string program = "/usr/bin/starling", string? dotnet = null) => SystemdUnit.Write(
        "/etc/star ling/node.yaml", ["/etc/star ling/data", "/etc/star ling", "/etc/star ling"], "root", [program], dotnet);
}
