using System.Globalization;
using System.Text;
using Starling.Core.Identity;
using Starling.Core.Training;
using Starling.Simulation.Exploration;

namespace Starling.Simulation.Tests.Exploration;

/// <summary>
/// What a state's key leaves out decides nothing: states are told apart by all that they are, clocks and numbers included, and those of one
/// key must have the same steps and owe the same. Red, for each of these, if the key leaves it out: whether a node holds a merge that the
/// Byzantine member alone may serve, a timeout that has passed, who is barred while nobody leads.
/// </summary>
public sealed class KernelKeyTests
{
    [Theory]
    [InlineData(2, AuditMode.Full, ExplorationFault.Byzantine)]
    [InlineData(2, AuditMode.Sampled, ExplorationFault.Byzantine)]
    [InlineData(2, AuditMode.Sampled, ExplorationFault.Death)]
    [InlineData(3, AuditMode.Off, ExplorationFault.None)]
    public void StatesOfOneKeyHaveTheSameSteps(int nodes, AuditMode audit, ExplorationFault fault) =>
        Compare(nodes, audit, fault, 1_000, _ => true);

    /// <summary>
    /// With three nodes and a fault, which of a node's timers is next depends on how often timeouts have doubled, which a key does not
    /// tell. So timers are left out here.
    /// </summary>
    [Theory]
    [Trait("Category", "Full")]
    [InlineData(AuditMode.Full, ExplorationFault.Byzantine)]
    [InlineData(AuditMode.Sampled, ExplorationFault.Byzantine)]
    [InlineData(AuditMode.Sampled, ExplorationFault.Death)]
    public void StatesOfThreeNodesOfOneKeyHaveTheSameSteps(AuditMode audit, ExplorationFault fault) =>
        Compare(3, audit, fault, 8_000, step => step.Kind is not (TransitionKind.Fault or TransitionKind.InTheEnd));

    private static void Compare(int nodes, AuditMode audit, ExplorationFault fault, int states,
        Func<Transition<KernelWorld>, bool> compares)
    {
        var request = new ExplorationRequest { Scope = ExplorationScope.Kernel, Nodes = nodes, Audit = audit, Fault = fault };
        var system = new KernelSystem(new ExploredContract(request, TestContext.Current.CancellationToken));
        var (seen, open) = (new HashSet<string>(), new Queue<KernelWorld>([system.Initial]));
        var known = new Dictionary<Digest, (SortedDictionary<string, string> Steps, Obligation Owes, string State)>();
        for (var i = 0; i < states && open.TryDequeue(out var world); i++)
        {
            var (key, steps) = (system.Key(world), new SortedDictionary<string, string>());
            foreach (var step in system.Next(world))
            {
                if (compares(step) && system.Key(step.Next) is var target && (target != key || step.Commits))
                    steps[$"{step.Kind} {step.Violation is null} {(step.Commits ? "commits" : target)}"] = step.Label;
                if (seen.Add(Everything(step.Next)))
                    open.Enqueue(step.Next);
            }

            if (!known.TryGetValue(key, out var other))
                known[key] = (steps, system.Owes(world), Everything(world));
            else
                Assert.True(other.Steps.Keys.SequenceEqual(steps.Keys) && other.Owes == system.Owes(world),
                    $"{other.State}\n  {Lacking(other.Steps, steps)}\n{Everything(world)}\n  {Lacking(steps, other.Steps)}");
        }

        Assert.True(seen.Count > 2 * known.Count, $"{seen.Count} states have {known.Count} keys: too few to compare.");
    }

    private static string Lacking(SortedDictionary<string, string> some, SortedDictionary<string, string> others) =>
        $"alone: {string.Join(", ", some.Where(step => !others.ContainsKey(step.Key)).Select(step => $"{step.Key[..8]} {step.Value}"))}";

    // Operation ids, requests, signatures and hashes aside.
    private static string Everything(KernelWorld world)
    {
        var text =
            new StringBuilder($"{RoundText.Of(world.Fold)}, dissent {Names(world.Fold.Round!.Dissent)}, {world.FaultsLeft} faults left");
        foreach (var node in world.Nodes)
        {
            var (part, clocks) = (node.Part, node.Part.Clocks);
            text.Append(CultureInfo.InvariantCulture,
                $"\n  dead {node.IsDead}, lost {node.HasLostDisk}, {part.Outbox.Stage}, holds {Blobs(node.State.Held)}, synced {Blobs(node.State.Durable)}, ")
                .Append(CultureInfo.InvariantCulture,
                    $"parts {Blobs(node.State.Parts.Keys)}, fetches {Blobs(node.State.Transfers.Blobs.Keys)}, inspected {Blobs(part.Inspections.Keys)}, ")
                .Append(CultureInfo.InvariantCulture,
                    $"merges {part.Merging?.Result.Short}, chose {Names(part.Choice?.Contributors ?? [])} {part.Choice?.Term}, sample {part.Sample?.Term} {part.Sample?.Agrees}, ")
                .Append(CultureInfo.InvariantCulture,
                    $"since {node.Now - clocks.ProgressAt} {node.Now - clocks.AcceptedAt} {node.Now - clocks.ReadySince} {node.Now - clocks.TermSince}, under way");
            foreach (var entry in node.UnderWay)
                text.Append(CultureInfo.InvariantCulture,
                    $" {entry.Entry.Body.Incarnation} {TrainingEntryCodec.Decode(entry.Entry.Body.Payload)}");
        }

        return text.ToString();
    }

    private static string Blobs(IEnumerable<BlobId> blobs) => string.Join('+', blobs.Select(blob => blob.Short));

    private static string Names(IEnumerable<NodeId> nodes) => string.Join('+', nodes.Select(node => node.Name));
}
