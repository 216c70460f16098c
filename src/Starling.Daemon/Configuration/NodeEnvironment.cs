using System.Collections.Immutable;
using Starling.Core.Configuration;

namespace Starling.Daemon.Configuration;

/// <summary>Settings of a node that variables of its environment override, for those who start nodes and do not write their files.</summary>
public static class NodeEnvironment
{
    /// <summary>Each variable with the setting that it stands for. One that is empty counts as absent.</summary>
    public static ImmutableArray<(string Variable, string Section, string Setting)> Variables { get; } =
        [("STARLING_NETWORK_MAX_UPLOAD_RATE", "network", "maxUploadRate")];

    /// <summary>The tree with what the environment says.</summary>
    /// <param name="tree">What the file says.</param>
    /// <param name="read">Gives a variable's value, or null.</param>
    public static ConfigurationTree Apply(ConfigurationTree tree, Func<string, string?> read)
    {
        foreach (var (variable, name, setting) in Variables)
        {
            if (read(variable) is not { Length: > 0 } value)
                continue;
            var position = new SourcePosition(variable, 0, 0);
            var given = tree.Root.Find(name)?.Value;
            if (given is not (null or ConfigurationSection or ConfigurationText { Value: "" }))
                continue; // The file's section is no section, which the binder reports.
            var section = given as ConfigurationSection ?? new ConfigurationSection(position, []);
            tree = tree with
            {
                Root = tree.Root.With(new ConfigurationEntry(name, position, section.With(new ConfigurationEntry(setting, position, new ConfigurationText(position, value))))),
            };
        }

        return tree;
    }
}
