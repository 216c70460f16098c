using System.Collections.Immutable;

namespace Starling.Core.Merging;

/// <summary>The merge rules by name.</summary>
public sealed class MergeRules
{
    /// <summary>The rule that is used when none is named.</summary>
    public const string Default = MeanRule.RuleName;

    /// <summary>Makes a registry.</summary>
    /// <exception cref="ArgumentException">Two rules have one name.</exception>
    public MergeRules(IEnumerable<IMergeRule> rules)
    {
        All = [.. rules.OrderBy(rule => rule.Name, StringComparer.Ordinal)];
        for (var i = 1; i < All.Length; i++)
            if (All[i].Name == All[i - 1].Name)
                throw new ArgumentException($"Two merge rules are named '{All[i].Name}'.", nameof(rules));
    }

    /// <summary>The rules that come with Starling.</summary>
    public static MergeRules Standard { get; } = new([.. Plain(), .. Plain().Select(rule => new NormBoundRule(rule))]);

    /// <summary>The rules, sorted by name.</summary>
    public ImmutableArray<IMergeRule> All { get; }

    /// <summary>Their names, sorted: what an error about an unknown one should list.</summary>
    public ImmutableArray<string> Names => [.. All.Select(rule => rule.Name)];

    /// <summary>The rule of that name, or null.</summary>
    public IMergeRule? Find(string name) => All.FirstOrDefault(rule => rule.Name == name);

    private static IMergeRule[] Plain() =>
        [new MeanRule(), new CoordinateMedianRule(), new TrimmedMeanRule(), new GeometricMedianRule(), new KrumRule(), new MultiKrumRule()];
}
