using System.Collections.Immutable;
using System.Globalization;
using Starling.Core.Merging;

namespace Starling.Simulation;

/// <summary>Tells which settings of an experiment a seed has otherwise.</summary>
internal static class DrawnSettings
{
    private const string Prefix = "training.";

    /// <summary>What the first contract has otherwise than the experiment, and what others have otherwise than the first.</summary>
    /// <param name="experiment">What the experiment says.</param>
    /// <param name="contracts">What the seed has.</param>
    public static ImmutableSortedDictionary<string, string> Of(
        SimulationScenario experiment, ImmutableArray<SimulatedContract> contracts) =>
        Of(experiment, contracts[0].Scenario).AddRange(contracts.Skip(1).SelectMany(other => Of(contracts[0].Scenario, other.Scenario)
            .Select(setting => KeyValuePair.Create($"{other.Id}.{setting.Key[Prefix.Length..]}", setting.Value))));

    /// <summary>Those whose values differ, as they are after the draws.</summary>
    /// <param name="experiment">What the experiment says.</param>
    /// <param name="drawn">What the seed has.</param>
    public static ImmutableSortedDictionary<string, string> Of(SimulationScenario experiment, SimulationScenario drawn)
    {
        var before = Values(experiment).ToDictionary(StringComparer.Ordinal);
        return Values(drawn).Where(setting => before.GetValueOrDefault(setting.Key) != setting.Value)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, string>> Values(SimulationScenario scenario)
    {
        var settings = scenario.Settings;
        yield return Setting("audit", Word(settings.Audit));
        yield return Setting("syncInterval", Number(settings.SyncInterval));
        yield return Setting("minPeers", Number(settings.MinPeers));
        yield return Setting("merge.rule", settings.MergeRule);
        if (MergeRules.Standard.Find(settings.MergeRule) is { } rule
            && MergeParameters.Check(rule, settings.MergeParameters).Parameters is { } parameters)
            foreach (var (name, value) in parameters.Values)
                yield return Setting($"merge.parameters.{name}", value.ToString(CultureInfo.InvariantCulture));
        yield return Setting("adaptive.on", settings.Adaptive is null ? "false" : "true");
        if (settings.Adaptive is { } adaptive)
        {
            yield return Setting("adaptive.least", Number(adaptive.Least));
            yield return Setting("adaptive.most", Number(adaptive.Most));
            yield return Setting("adaptive.window", Number(adaptive.Window));
        }

        yield return new("simulation.chunkBytes", Number(scenario.Options.ChunkBytes));
        int[] nodes = [.. Enumerable.Range(0, scenario.Nodes)];
        var leaders = nodes.Where(scenario.MayLead).Select(node => Number(node + 1)).ToArray();
        yield return Setting("leaders", leaders.Length == nodes.Length ? "[]" : $"[{string.Join(", ", leaders)}]");
        yield return Setting("epochs", OneOrAll(nodes.Select(node => Number(scenario.Terms(node).Epochs))));
        yield return Setting("checkIn", OneOrAll(nodes.Select(node => Word(scenario.Terms(node).CheckIn))));
    }

    private static string OneOrAll(IEnumerable<string> values)
    {
        string[] all = [.. values];
        return all.Distinct(StringComparer.Ordinal).Count() == 1 ? all[0] : $"[{string.Join(", ", all)}]";
    }

    private static KeyValuePair<string, string> Setting(string path, string value) => new(Prefix + path, value);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
