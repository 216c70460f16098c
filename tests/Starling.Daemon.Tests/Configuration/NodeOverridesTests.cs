using Starling.Core.Configuration;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Daemon.Tests.Configuration;

public sealed class NodeOverridesTests
{
    private static readonly string File =
        NodeFileTemplate.Write().Replace("to-be-filled-in", new string('a', 64), StringComparison.Ordinal);

    [Theory]
    [InlineData("listen", "STARLING_LISTEN")]
    [InlineData("network.maxUploadRate", "STARLING_NETWORK_MAX_UPLOAD_RATE")]
    [InlineData("identity.shown.certificate", "STARLING_IDENTITY_SHOWN_CERTIFICATE")]
    [InlineData("peers[].addresses", "STARLING_PEERS_#_ADDRESSES")]
    public void A_variable_is_named_after_its_setting(string path, string variable) =>
        Assert.Equal(variable, NodeSettings.All.Single(setting => setting.Path == path).Variable);

    /// <summary>Red if the order of the three is another, or a list of the environment is taken for one value.</summary>
    [Fact]
    public void The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        var read = Read(
            new()
            {
                ["STARLING_LISTEN"] = "127.0.0.1:30401",
                ["STARLING_NETWORK_MAX_UPLOAD_RATE"] = "20kB/s",
                ["STARLING_ADVERTISE"] = "a.example:1, [::1]:2",
                ["STARLING_LEDGER_PATH"] = ""
            },
            "listen=[::1]:30402", "admins=spiffe://a.example/b/c,spiffe://a.example/b/d");
        Assert.Equal(("[::1]:30402", 20_000, "/etc/starling/ledger.db"),
            (read.Listen.ToString(), read.Network.MaxUploadRate, read.Ledger.Path));
        Assert.Equal(["a.example:1", "[::1]:2"], read.Advertise.Select(address => address.ToString()));
        Assert.Equal(2, read.Admins.Length);
    }

    /// <summary>Red if peers cannot be given without a file, or are taken in the order of their names (10 before 2).</summary>
    [Fact]
    public void Items_of_lists_are_given_by_their_numbers()
    {
        var variables = new Dictionary<string, string>();
        for (var i = 0; i < 11; i++)
            (variables[$"STARLING_PEERS_{i}_NODE"], variables[$"STARLING_PEERS_{i}_ADDRESSES"]) =
                ($"spiffe://a.example/b/n{i}", $"h{i}.example:1,[::1]:{i + 2}");
        var peers = Read(variables).Peers;
        Assert.Equal(Enumerable.Range(0, 11).Select(i => $"n{i}"), peers.Select(peer => peer.Node.Name));
        Assert.Equal(["h10.example:1", "[::1]:12"], peers[10].Addresses.Select(address => address.ToString()));
    }

    /// <summary>Red if a mistake is told without where it was written, or only the first of several is.</summary>
    [Fact]
    public void Mistakes_of_all_three_are_told_at_once_each_with_its_place()
    {
        var tree = YamlTreeReader.Read("node.yaml",
            File.Replace("kind: embedded", "kind: paper", StringComparison.Ordinal).Replace("#  kind", "  kind", StringComparison.Ordinal),
            YamlBounds.Node);
        var (given, earlier) = NodeOverrides.Apply(
            tree,
            new Dictionary<string, string>
            {
                ["STARLING_LISTEN"] = "here",
                ["STARLING_PEERS_3_NODE"] = "spiffe://a.example/b/c",
                ["STARLING_NETWORK_MAX_UPLOAD_RAT"] = "1MB/s",
                ["STARLING_LEDGER_PORT"] = "tcp://10.0.0.1:2379",
                ["STARLING_WORK"] = "x"
            },
            ["netwrk.maxUploadRate=1MB/s", "admins"]);
        var told = Assert.Throws<ConfigurationException>(() => NodeConfigurationReader.Read(given, earlier)).Mistakes
            .Select(mistake => mistake.ToString()).ToList();
        Assert.Equal(6, told.Count);
        Assert.Contains(told, line => line.StartsWith("STARLING_LISTEN: listen must be", StringComparison.Ordinal));
        Assert.Contains(told, line => line.StartsWith("STARLING_PEERS_3_NODE: peers[3].node leads past", StringComparison.Ordinal));
        Assert.Contains("STARLING_NETWORK_MAX_UPLOAD_RAT: is no setting; did you mean 'STARLING_NETWORK_MAX_UPLOAD_RATE'?", told);
        Assert.Contains("--set netwrk.maxUploadRate: netwrk is not a setting; did you mean 'network'?", told);
        Assert.Contains("--set admins: admins has no value; write --set path=value.", told);
        Assert.Contains(told,
            line =>
                line.StartsWith("node.yaml:", StringComparison.Ordinal)
                    && line.Contains("ledger.kind is 'paper'", StringComparison.Ordinal));
    }

    /// <summary>Red if a secret that an owner wrote into a setting reaches the log.</summary>
    [Theory]
    [InlineData("tasks.set=[data.password=hunter2, data.folder=/rows]", "tasks.set=[data.password=***, data.folder=/rows]")]
    [InlineData("ledger.endpoints=[https://user:pass@host:2379]", "ledger.endpoints=[https://***@host:2379]")]
    [InlineData("\"token\": \"abc\"", "\"token\": \"***\"")]
    [InlineData("a\n-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\nb", "a\n-----key left out-----\nb")]
    [InlineData("identity.key=/etc/starling/private.key", "identity.key=/etc/starling/private.key")]
    public void Secrets_are_masked(string text, string expected) => Assert.Equal(expected, SecretMask.Apply(text));

    private static NodeConfiguration Read(Dictionary<string, string> variables, params string[] assignments)
    {
        var (tree, mistakes) =
            NodeOverrides.Apply(YamlTreeReader.Read("/etc/starling/node.yaml", File, YamlBounds.Node), variables, assignments);
        return NodeConfigurationReader.Read(tree, mistakes);
    }
}
