using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Starling.Core.Identity;
using Starling.EndToEnd.Tests.Processes;
using Starling.Node.Identity;

namespace Starling.EndToEnd.Tests;

/// <summary>A client in Python controls two nodes, by the code of its documentation first.</summary>
public sealed class PythonControlTests
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Red if <c>clients/python/tests/control_of_nodes.py</c> is: it says of each of its steps what that finds.</summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task A_client_does_all_that_the_command_line_does()
    {
        await using var nodes = new ServingNodes(2);
        await nodes.ProvisionAsync();
        foreach (var (clinic, node) in ((char, int)[])[('a', 0), ('b', 1)])
        {
            File.Copy(nodes.Folder[$"node-{node}/node.pem"], nodes.Folder[$"clinic-{clinic}.pem"]);
            File.Copy(nodes.Folder[$"node-{node}/node.key"], nodes.Folder[$"clinic-{clinic}.key"]);
        }

        using (var authority = CertificateAuthority.Create("lab.example", TimeProvider.System))
        {
            authority.Save(nodes.Folder["stranger-ca.pem"], nodes.Folder["stranger-ca.key"]);
            using var stranger = authority.Issue(NodeId.Create("lab.example", "office", "admin"), Roles.Admin, TimeProvider.System);
            stranger.Save(nodes.Folder["stranger.pem"], nodes.Folder["stranger.key"]);
        }

        var first = nodes.Start(0);
        nodes.Start(1);
        var ended = GuardedProcess.RunAsync(Client(nodes.Folder, first.Id));
        // The client asks for it, and waits until it is there again; or it has failed.
        if (await Task.WhenAny(first.EndAsync(), ended) != ended)
            nodes.Start(0);
        var result = await ended;
        Assert.True(result.Code == 0, result.Error);
    }

    private static ProcessStartInfo Client(TemporaryFolder folder, int node)
    {
        var start =
            new ProcessStartInfo(Python, ["-m", "tests.control_of_nodes"]) { WorkingDirectory = folder.Path };
        foreach (var (name, value) in ((string, string)[])[
            ("PYTHONPATH", Package()), ("PYTHONDONTWRITEBYTECODE", "1"),
            ("STARLING_COMMAND", Path.Combine(AppContext.BaseDirectory, "starling")), ("STARLING_HOME", folder[".starling"]),
            ("DOTNET_ROOT", Path.GetDirectoryName(Environment.ProcessPath)!),
            ("NODE_PROCESS", node.ToString(CultureInfo.InvariantCulture))])
            start.Environment[name] = value;
        return start;
    }

    private static string Package([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "clients", "python"));
}
