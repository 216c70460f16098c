using Starling.Core.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Cli.Reports;

/// <summary>Finds the default of each setting that an experiment gives: what is in force once it is taken out.</summary>
internal static class DefaultSettings
{
    /// <summary>Every setting in force, beside its default.</summary>
    public static IReadOnlyList<ReportedSetting> Compare(Experiment experiment) =>
    [
        .. experiment.Effective.Select(setting => new ReportedSetting(
            setting.Path, setting.Value, !setting.IsDefault, setting.IsDefault ? setting.Value : Without(experiment, setting.Path))),
    ];

    private static string? Without(Experiment experiment, string path)
    {
        try
        {
            var tree = experiment.Tree with { Root = Remove(experiment.Tree.Root, path.Split('.')) };
            return ExperimentReader.Read(tree).Effective.Where(setting => setting.Path == path && setting.IsDefault)
                .Select(setting => setting.Value).FirstOrDefault();
        }
        catch (ConfigurationException)
        {
            // Without it the rest is no experiment: there is no default, or none that fits.
            return null;
        }
    }

    private static ConfigurationSection Remove(ConfigurationSection section, ReadOnlySpan<string> keys)
    {
        if (section.Find(keys[0]) is not { } entry)
            return section;
        return keys.Length == 1 || entry.Value is not ConfigurationSection inner
            ? section with { Entries = section.Entries.Remove(entry) }
            : section.With(entry with { Value = Remove(inner, keys[1..]) });
    }
}
