using System.Text.Json;
using Starling.Core.Configuration;
using Starling.Core.Merging;
using Starling.Core.Training;
using Starling.Simulation.Faults;

namespace Starling.Simulation;

/// <summary>Reads the <c>simulation</c> section of an experiment.</summary>
internal static class SimulationOptionsBinding
{
    private const string Name = "simulation";

    /// <summary>The options of a section.</summary>
    /// <param name="section">The section, or null for the defaults.</param>
    /// <param name="nodes">How many nodes the experiment has.</param>
    /// <param name="minPeers">How many of them a round needs.</param>
    /// <exception cref="ConfigurationException">Something is wrong; every mistake is listed, with its place and the
    /// nearest valid name.</exception>
    public static SimulationOptions Bind(ConfigurationSection? section, int nodes, int minPeers)
    {
        var usual = new SimulationOptions();
        if (section is null)
            return usual with { ChunkBytes = 0 };
        var binder = new ConfigurationBinder(section, Name);
        var root = binder.Root;
        var options = new SimulationOptions
        {
            BatchTime = root.Span("batchTime", usual.BatchTime, SimulationOptions.LeastBatchTime, SimulationOptions.MostBatchTime),
            MostSlowness = root.Number("mostSlowness", usual.MostSlowness, 1, SimulationOptions.SlownessLimit),
            ChunkBytes = (int)root.Bytes("chunkBytes", 0, SimulationOptions.LeastChunkBytes, SimulationOptions.MostChunkBytes),
            HealingTime =
                root.Span("healingTime", usual.HealingTime, SimulationOptions.LeastHealingTime, SimulationOptions.MostHealingTime),
            MostEvents = root.Whole("mostEvents", usual.MostEvents, SimulationOptions.LeastEvents, SimulationOptions.EventsLimit),
            PollInterval =
                root.Span("pollInterval", usual.PollInterval, SimulationOptions.LeastPollInterval, SimulationOptions.MostPollInterval),
            MinPeers = [.. root.Wholes("minPeers", [], 2, nodes).Select(least => (int)least)],
            Audits = [.. root.Texts("audits", []).Select((text, _) => Audit(root, text))],
            MergeRules = root.Texts("mergeRules", []),
            Liars = [.. root.Wholes("liars", [], 1, nodes).Distinct().Order().Select(node => (int)node - 1)],
            Contracts = (int)root.Whole("contracts", usual.Contracts, 1, SimulationOptions.MostContracts),
            Tasks = root.Truth("tasks", usual.Tasks),
            Lies = [.. root.Texts("lies", []).Select((text, _) => Lie(root, text))],
        };
        foreach (var rule in options.MergeRules)
            if (MergeRules.Standard.Find(rule) is null)
                root.Fault("mergeRules", $"has '{rule}'; write any of {string.Join(", ", MergeRules.Standard.Names)}");
        if (options is { Tasks: true, Contracts: > 1 })
            root.Fault("contracts", $"is {options.Contracts}, but the tasks of {Name}.tasks train one alone; leave one of the two out");
        if (!options.Lies.IsEmpty && options.Liars.IsEmpty)
            foreach (var least in options.MinPeers.DefaultIfEmpty(minPeers).Where(least => least <= 2 || least >= nodes).Take(1))
                root.Fault("lies",
                    $"is given, but with minPeers {least} of {nodes} nodes the protocol bears no liar, so that a seed draws none; raise minPeers above 2 and below nodes, or name who lies in {Name}.liars");
        var mistakes = binder.Complete();
        return mistakes.IsEmpty ? options : throw new ConfigurationException(mistakes);
    }

    private static LieKind Lie(SectionBinder root, string text)
    {
        foreach (var kind in Enum.GetValues<LieKind>())
            if (SettingName(kind) == text)
                return kind;
        root.Fault("lies", $"has '{text}'; write any of {string.Join(", ", Enum.GetValues<LieKind>().Select(SettingName))}");
        return default;
    }

    private static string SettingName(LieKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static AuditMode Audit(SectionBinder root, string text)
    {
        switch (text)
        {
            case "off":
                return AuditMode.Off;
            case "sampled":
                return AuditMode.Sampled;
            case not "full":
                root.Fault("audits", $"has '{text}'; write off, sampled or full");
                break;
        }

        return AuditMode.Full;
    }
}
