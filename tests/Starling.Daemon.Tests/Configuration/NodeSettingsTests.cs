using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Daemon.Tests.Configuration;

public sealed class NodeSettingsTests
{
    private static readonly string Founding = new('a', 64);

    // Together they have every setting; some exclude each other.
    private static readonly ImmutableArray<string> Files =
    [
        $$"""
        folder: data
        identity: {certificate: c, key: k, anchors: [a], workloadApi: "unix:///s", mapped: [{spiffe: "spiffe://a.example/*", roles: [learner]}, {dns: h.example, authority: a, node: "spiffe://a.example/b/c", roles: [learner]}] }
        peers: [{node: "spiffe://a.example/b/c", addresses: ["h:1"]}]
        ledger: {kind: etcd, endpoints: ["https://h:2379"], certificate: c, key: k, anchors: [a], member: {name: a, join: ["a=h"], certificate: c, key: k, folder: l} }
        contract: {id: trial, founding: {{Founding}}}
        program: {experiment: e, node: 0}
        runner: {id: lab, founding: {{Founding}}}
        runners: [{id: study, founding: {{Founding}}}]
        """,
        $$"""
        folder: data
        identity: {certificate: c, key: k, anchors: [a], shown: {certificate: c, key: k} }
        ledger: {path: l}
        contract: {id: trial, founding: {{Founding}}}
        """,
    ];

    /// <summary>
    /// Red if a setting is read that the catalogue lacks, or the other way round: it would have no variable, and stand in no new file.
    /// </summary>
    [Fact]
    public void Every_setting_that_is_read_is_in_the_catalogue_and_no_other()
    {
        var sections = NodeSettings.All.SelectMany(setting => Sections(setting.Path)).ToHashSet();
        var read = Files.SelectMany(file =>
        {
            var binder = new ConfigurationBinder(YamlTreeReader.Read("node.yaml", file, YamlBounds.Node));
            NodeConfigurationReader.Bind(binder, "/");
            Assert.Empty(binder.Complete());
            return binder.Asked;
        }).Where(name => !sections.Contains(name));
        Assert.Equal(NodeSettings.All.Select(setting => setting.Path).Order(StringComparer.Ordinal),
            read.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Red if a default in the catalogue, and so in a new file and its documentation, is not the reader's.</summary>
    [Fact]
    public void What_is_called_a_default_is_the_default()
    {
        var effective =
            Files.SelectMany(file => NodeConfigurationReader.Read(YamlTreeReader.Read("node.yaml", file, YamlBounds.Node)).Settings)
            .Where(setting => setting.IsDefault && NodeSettings.All.Any(known => known.Path == setting.Path && known.IsDefault))
            .DistinctBy(setting => setting.Path);
        Assert.Equal(NodeSettings.All.Where(setting => setting.IsDefault).Select(setting => $"{setting.Path}={setting.Written}")
            .Order(StringComparer.Ordinal),
            effective.Select(setting => setting.ToString()).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Red if a new file misses a setting, gives one that is no default, or cannot be read when its one blank is filled in.
    /// </summary>
    [Fact]
    public void A_new_file_has_every_setting_and_is_read_with_defaults()
    {
        var text = NodeFileTemplate.Write();
        var tree = YamlTreeReader.Read("/etc/starling/node.yaml", text, YamlBounds.Node);
        Assert.Equal("contract.founding",
            Assert.Single(Assert.Throws<ConfigurationException>(() => NodeConfigurationReader.Read(tree)).Mistakes).Path);
        var (filled, _) = tree.Override([$"contract.founding={Founding}"]);
        Assert.Equal(NodeSettings.All.Where(setting => setting.IsGiven).Select(setting => setting.Path).Order(StringComparer.Ordinal),
            NodeConfigurationReader.Read(filled).Settings.Where(setting => !setting.IsDefault).Select(setting => setting.Path)
                .Order(StringComparer.Ordinal));
        foreach (var setting in NodeSettings.All)
            Assert.Contains(text.Split('\n'), line => line.TrimStart('#', ' ', '-') == $"{setting.Path.Split('.')[^1]}: {setting.Written}");
    }

    /// <summary>Red if a commented part of a new file is not what the reader takes once it is uncommented.</summary>
    [Theory]
    [InlineData("network", "network.maxUploadRate")]
    [InlineData("peers", "peers[0].node", "peers[0].addresses")]
    public void What_is_commented_out_can_be_taken_in(string section, params string[] settings)
    {
        var lines = NodeFileTemplate.Write().Replace("to-be-filled-in", Founding, StringComparison.Ordinal).Split('\n');
        var start = Array.IndexOf(lines, $"#{section}:");
        for (var i = start; i < lines.Length
            && (i == start || lines[i].StartsWith("# ", StringComparison.Ordinal) || lines[i].StartsWith(' ')); i++)
            lines[i] = lines[i].StartsWith('#') ? lines[i][1..] : lines[i];
        var read = NodeConfigurationReader.Read(YamlTreeReader.Read("node.yaml", string.Join('\n', lines), YamlBounds.Node)).Settings;
        foreach (var setting in settings)
            Assert.Contains(read, each => each.Path == setting && !each.IsDefault);
    }

    /// <summary>Red if the page misses a setting or its variable's rule does not hold.</summary>
    [Fact]
    public void The_page_has_every_setting()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(at.FullName, "Starling.slnx")))
            at = at.Parent!;
        var page = File.ReadAllText(Path.Combine(at.FullName, "docs", "node.md"));
        Assert.Empty(NodeSettings.All.Where(setting => !page.Contains($"`{setting.Path}`", StringComparison.Ordinal))
            .Select(setting => setting.Path));
    }

    private static IEnumerable<string> Sections(string path)
    {
        for (var dot = path.IndexOf('.'); dot > 0; dot = path.IndexOf('.', dot + 1))
        {
            var section = path[..dot];
            yield return section.EndsWith("[]", StringComparison.Ordinal) ? section[..^2] : section;
        }
    }
}
