using System.Collections.Immutable;
using Starling.Api;
using Starling.Cli.Runs;
using Starling.Cli.Terminal;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Learning.Experiments;
using Starling.Ledgers.Embedded;
using Starling.Node.Identity;

namespace Starling.Cli.Running;

/// <summary>
/// Sets a run up: a trust domain, an identity for each node and for the run itself, and the founding entry of the training contract.
/// Besides <c>node start</c>, only this touches a node's own code: the keys and certificates of a run are made here, as a consortium's
/// are by <c>starling ca</c>.
/// </summary>
internal static class RunProvisioning
{
    /// <summary>Fills an empty folder. The plan is written last: a folder without one was never set up.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="experiment">What is trained.</param>
    /// <param name="problem">Its model and rows.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<RunPlan> ProvisionAsync(RunFolder folder, Experiment experiment, RunProblem problem,
        CancellationToken cancellation)
    {
        RunFolder.WriteText(folder.Experiment, YamlTreeWriter.Write(experiment.Tree));
        var contract = ContractId.Parse(experiment.Name.ToLowerInvariant());
        var ports = FreePorts.Choose(experiment.Nodes);
        PlannedNode[] nodes =
        [
            .. Enumerable.Range(1, experiment.Nodes)
                .Select(
                    i => new PlannedNode($"node-{i}", NodeId.Create(contract.Value, $"organisation-{i}", $"node-{i}").Value, ports[i - 1])),
        ];
        using var authority = CertificateAuthority.Create(contract.Value, TimeProvider.System);
        authority.Save(folder.Authority, folder.AuthorityKey);
        using var admin = authority.Issue(NodeId.Create(contract.Value, "consortium", "admin"), Roles.Admin, TimeProvider.System);
        admin.Save(folder.AdminCertificate, folder.AdminKey);
        var members = ImmutableArray.CreateBuilder<Enrolment>();
        foreach (var (place, node) in nodes.Index())
        {
            using var keys = authority.Issue(NodeId.Parse(node.Id), Roles.Learner, TimeProvider.System);
            Directory.CreateDirectory(folder.NodeFolder(node));
            keys.Save(Path.Combine(folder.NodeFolder(node), NodeFiles.Certificate),
                Path.Combine(folder.NodeFolder(node), NodeFiles.Key));
            members.Add(new Enrolment(keys.Identity.Id, experiment.Training.MayLead(place), keys.Chain));
        }

        members.Sort((left, right) => left.Node.CompareTo(right.Node));
        var settings = experiment.ToContract(problem.Schema);
        var found = new Found(settings, [authority.Anchor], [new Enrolment(admin.Identity.Id, LeaderEligible: false, admin.Chain)],
            members.ToImmutable());
        var founding = Sign(contract, admin, found);
        await AppendAsync(folder, founding, cancellation).ConfigureAwait(false);
        var plan = new RunPlan(contract.Value, founding.Id.ToString(), admin.Identity.Id.Value, TimeProvider.System.GetUtcNow(), nodes,
            DataTrace.Of(experiment));
        NodeFiles.Write(folder, plan, experiment.Network);
        folder.Write(plan);
        return plan;
    }

    private static SignedEntry Sign(ContractId contract, NodeKeys admin, Found found)
    {
        var body =
            EntryBody.Founding(contract, admin.Identity.Id, TrainingState.FoldVersion, TrainingEntryCodec.Encode(found)).Encode();
        return new SignedEntry(body, admin.Identity.Key, [.. admin.Signer.Sign(body)]);
    }

    private static async Task AppendAsync(RunFolder folder, SignedEntry founding, CancellationToken cancellation)
    {
        await using var ledger = EmbeddedLedger.Open(folder.Ledger);
        var answer = await ledger.AppendAsync([founding], cancellation).ConfigureAwait(false);
        if (answer.Outcome != AppendOutcome.Appended)
            throw new CommandException(ExitCode.Disk, answer.Trouble ?? $"{folder.Ledger} cannot be written; check the disk.");
    }
}
