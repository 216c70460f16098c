using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Core.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Cli.Running;

/// <summary>Writes what a run's nodes are told when they start.</summary>
internal static class NodeFiles
{
    /// <summary>A node's certificate, in its folder.</summary>
    public const string Certificate = "certificate.pem";

    /// <summary>A node's private key, in its folder.</summary>
    public const string Key = "private.key";

    /// <summary>Writes each node's <c>node.yaml</c>.</summary>
    public static void Write(RunFolder folder, RunPlan plan, NetworkSettings network)
    {
        for (var i = 0; i < plan.Nodes.Count; i++)
        {
            var node = plan.Nodes[i];
            var peers = plan.Nodes.Where(peer => peer != node).Select(peer => new NodeFilePeer(peer.Id, [Address(peer)]));
            var anchor = Path.GetRelativePath(folder.NodeFolder(node), folder.Authority);
            var file = new NodeFile
            {
                Folder = "data",
                Listen = Address(node),
                Certificate = Certificate,
                Key = Key,
                Anchors = [anchor],
                Peers = [.. peers],
                LedgerPath = Path.GetRelativePath(folder.NodeFolder(node), folder.Ledger),
                Contract = plan.Contract,
                Founding = plan.Founding,
                Experiment = Path.GetRelativePath(folder.NodeFolder(node), folder.Experiment),
                ProgramNode = i,
                MaxUploadRate = network.Of(i) == long.MaxValue ? null : $"{ByteSize.Format(network.Of(i))}/s",
                Admins = [plan.Admin],
            };
            RunFolder.WriteText(folder.NodeFile(node), file.ToYaml());
        }
    }

    /// <summary>The plan with another port for each node whose port is taken by now; the files are rewritten if there is one.</summary>
    public static RunPlan WithFreePorts(RunFolder folder, RunPlan plan, NetworkSettings network)
    {
        var busy = plan.Nodes.Where(node => !FreePorts.IsFree(node.Port)).ToList();
        if (busy.Count == 0)
            return plan;
        var fresh = FreePorts.Choose(busy.Count);
        var moved = plan with
        {
            Nodes = [.. plan.Nodes.Select(node => busy.IndexOf(node) is >= 0 and var at ? node with { Port = fresh[at] } : node)]
        };
        Write(folder, moved, network);
        folder.Write(moved);
        return moved;
    }

    /// <summary>The certificate, with its key, by which the run itself is known to its nodes.</summary>
    public static X509Certificate2 AdminCertificate(RunFolder folder) =>
        X509Certificate2.CreateFromPemFile(folder.AdminCertificate, folder.AdminKey);

    /// <summary>The authority that vouches for the nodes.</summary>
    public static X509Certificate2Collection Anchors(RunFolder folder) => [X509CertificateLoader.LoadCertificateFromFile(folder.Authority)];

    private static string Address(PlannedNode node) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{node.Port}");
}
