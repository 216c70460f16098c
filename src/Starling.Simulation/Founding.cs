using System.Collections.Immutable;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Simulation.Keys;

namespace Starling.Simulation;

/// <summary>The contracts of a simulated world: their settings and their entries 0.</summary>
internal static class Founding
{
    /// <summary>How often nodes of a ledger whose watch is trusted read it without a hint.</summary>
    private static readonly TimeSpan QuietRead = TimeSpan.FromSeconds(30);

    /// <summary>In half of the storms a model has at least so many chunks, if they can be so small.</summary>
    private const int LeastChunks = 2 * BlobSpread.LeastChunks;

    /// <summary>What the contracts are called. Nodes go through them in another order.</summary>
    public static ImmutableArray<ContractId> Names { get; } = [ContractId.Parse("training"), ContractId.Parse("second")];

    /// <summary>
    /// What is simulated of each contract. A second one has the audit and the minPeers that the faults were drawn for, but another
    /// interval, so that what is trained for the one is nothing that was trained for the other.
    /// </summary>
    public static IEnumerable<SimulationScenario> Contracts(SimulationScenario scenario)
    {
        yield return scenario;
        var interval = scenario.Settings.SyncInterval;
        if (scenario.Options.Contracts > 1)
            yield return scenario with { Settings = scenario.Settings with { SyncInterval = interval > 1 ? interval - 1 : 2 } };
    }

    /// <summary>Draws what the scenario leaves open.</summary>
    public static SimulationScenario Draw(SimulationScenario scenario, SeededRandom random, FaultLevel level)
    {
        var kernel = level == FaultLevel.Storm ? Reading(scenario.Kernel, random.Fork("reading")) : scenario.Kernel;
        var options = level == FaultLevel.Storm ? Chunked(scenario, random.Fork("chunks")) : scenario.Options;
        var settings = scenario.Settings;
        if (!options.Audits.IsEmpty)
            settings = settings with { Audit = options.Audits[random.Next(options.Audits.Length)] };
        if (!options.MinPeers.IsEmpty)
            settings = settings with { MinPeers = options.MinPeers[random.Next(options.MinPeers.Length)] };
        if (!options.MergeRules.IsEmpty)
            settings = settings with { MergeRule = options.MergeRules[random.Next(options.MergeRules.Length)], MergeParameters = [] };
        return scenario with
        {
            Settings = settings,
            Options = options,
            Kernel = kernel with
            {
                // Of a chunk it is the part that deployed nodes have, or no part of a chunk would ever count here.
                ProgressFloorBytes =
                    (int)Math.Max(1, (long)kernel.ProgressFloorBytes * options.ChunkBytes / SimulationOptions.MostChunkBytes),
                PollInterval = random.Between(options.PollInterval / 10, options.PollInterval),
                Tasks = options.Tasks ? [.. Enum.GetValues<TaskKind>()] : kernel.Tasks,
            },
        };
    }

    // As deployed nodes have it: where the ledger tells all of them itself they tell each other nothing of their entries, and where its
    // watch tells what happens they seldom read without it.
    private static KernelOptions Reading(KernelOptions kernel, SeededRandom draw) => kernel with
    {
        HintsPeers = !draw.Chance(0.25) && kernel.HintsPeers,
        ReadInterval = draw.Chance(0.25) ? QuietRead : kernel.ReadInterval,
    };

    // A model that is a chunk or three is never shared out among those who want it, nor seen to be on its way.
    private static SimulationOptions Chunked(SimulationScenario scenario, SeededRandom draw)
    {
        var bytes = scenario.Options.ChunkBytes;
        if (draw.Chance(0.5))
            while (bytes / 2 >= SimulationOptions.LeastChunkBytes && scenario.Settings.MaxModelBytes < LeastChunks * (long)bytes)
                bytes /= 2;
        return scenario.Options with { ChunkBytes = bytes };
    }

    /// <summary>Entry 0, by an admin who is no node.</summary>
    public static SignedEntry Entry(
        ContractId contract, SimulationScenario scenario, SimulatedKeys keys, NodeIdentity admin, ImmutableArray<NodeIdentity> nodes)
    {
        var found = new Found(scenario.Settings, keys.Anchors, [keys.Enrol(admin, leaderEligible: false)],
            [.. nodes.Select((node, index) => (node, index)).OrderBy(n => n.node.Id)
                .Select(n => keys.Enrol(n.node, scenario.MayLead(n.index)))]);
        return keys.Sign(admin, EntryBody.Founding(
            contract, admin.Id, TrainingState.FoldVersion, TrainingEntryCodec.Encode(found)));
    }
}
