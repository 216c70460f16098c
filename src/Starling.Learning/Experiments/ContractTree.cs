using System.Collections.Immutable;
using System.Globalization;
using Starling.Core.Configuration;
using Starling.Core.Merging;
using Starling.Core.Training;

namespace Starling.Learning.Experiments;

/// <summary>A contract's settings as an experiment's file would have them.</summary>
internal static class ContractTree
{
    private static readonly SourcePosition Contract = new("the contract", 0, 0);

    /// <summary>Writes the settings down.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="rule">The merge rule that is meant: of another one's parameters those stay that it has too.</param>
    public static ConfigurationTree Of(TrainingSettings settings, string rule)
    {
        var tree = ConfigurationTree.Empty(Contract.File);
        foreach (var (path, value) in Given(settings, rule))
            tree = tree.Assign(Contract, path, value).Tree;
        return tree;
    }

    private static IEnumerable<(string Path, string Value)> Given(TrainingSettings settings, string rule)
    {
        foreach (var (name, value) in settings.ProtocolParameters)
            yield return ($"protocolParameters.{name}", Text(value));
        yield return ("training.rounds", Text(settings.Rounds));
        yield return ("training.syncInterval", Text(settings.SyncInterval));
        yield return ("training.minPeers", Text(settings.MinPeers));
        yield return ("training.audit", settings.Audit.ToString().ToLowerInvariant());
        yield return ("training.auditChunks", Text(settings.AuditChunks));
        yield return ("training.merge.rule", settings.MergeRule);
        ImmutableArray<string> known = rule == settings.MergeRule
            ? [.. settings.MergeParameters.Select(parameter => parameter.Key)]
            : [.. (MergeRules.Standard.Find(rule)?.Parameters ?? []).Select(parameter => parameter.Name)];
        foreach (var (name, value) in settings.MergeParameters.Where(parameter => known.Contains(parameter.Key)))
            yield return ($"training.merge.parameters.{name}", Text(value));
        yield return ("training.adaptive.on", settings.Adaptive is null ? "false" : "true");
        if (settings.Adaptive is { } adaptive)
        {
            yield return ("training.adaptive.least", Text(adaptive.Least));
            yield return ("training.adaptive.most", Text(adaptive.Most));
            yield return ("training.adaptive.window", Text(adaptive.Window));
        }

        yield return ("training.leaderTimeout", Duration.Format(settings.LeaderTimeout));
        yield return ("training.absentTimeout", Duration.Format(settings.AbsentTimeout));
        yield return ("training.grace", Duration.Format(settings.Grace));
        yield return ("training.claimDelay", Duration.Format(settings.ClaimDelay));
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
