using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Daemon.Configuration;
using Starling.Learning.Experiments;

namespace Starling.Daemon.Tests;

public sealed class IdentityConfigurationTests
{
    private const string Rest = """
        folder: data
        peers: []
        ledger: { kind: embedded, path: ledger.db }
        contract: { id: trial, founding: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }
        identity:
          certificate: c.pem
          key: k.pem
          anchors: [a.pem]

        """;

    [Fact]
    public void Everything_is_read()
    {
        var identity = Read("""
              revocations: [revoked.pem, /etc/theirs.pem]
              shown: { certificate: shown.pem, key: shown.key }
              mapped:
                - { spiffe: 'spiffe://prod.example/ns/ml/sa/trainer', node: 'spiffe://prod.example/clinic/a', roles: [learner, operator] }
                - { spiffe: 'spiffe://prod.example/clinic/*', roles: [observer] }
                - { dns: host.example, authority: corporate.pem, node: 'spiffe://prod.example/clinic/b', roles: [admin] }
            """);
        Assert.Equal(["/etc/starling/revoked.pem", "/etc/theirs.pem"], identity.Revocations);
        Assert.Equal(new ShownFiles("/etc/starling/shown.pem", "/etc/starling/shown.key"), identity.Shown);
        var (a, b) = (NodeId.Create("prod.example", "clinic", "a"), NodeId.Create("prod.example", "clinic", "b"));
        Assert.Equal(
            [
                new IdentityMapping("spiffe://prod.example/ns/ml/sa/trainer", null, null, a, Roles.Learner | Roles.Operator),
                new IdentityMapping("spiffe://prod.example/clinic/*", null, null, null, Roles.Observer),
                new IdentityMapping(null, "host.example", "/etc/starling/corporate.pem", b, Roles.Admin),
            ],
            identity.Mapped);
        Assert.Equal(8, identity.All.Count());
        Assert.Null(Read("").Shown);
        Assert.Equal(new ShownWorkload("/run/spire/agent.sock"), Read("  workloadApi: unix:///run/spire/agent.sock").Shown);
    }

    [Theory]
    [InlineData("  workloadApi: /run/agent.sock", "identity.workloadApi", "must be a Unix socket")]
    [InlineData("  workloadApi: unix:///s\n  shown: { certificate: a, key: b }", "identity.shown", "cannot stand beside")]
    [InlineData("  mapped: [{ roles: [learner] }]", "identity.mapped[0].spiffe", "either spiffe or dns")]
    [InlineData("  mapped: [{ spiffe: 'spiffe://a/b/c', dns: h.x, authority: f, node: 'spiffe://a/b/c', roles: [learner] }]",
        "identity.mapped[0].dns", "either spiffe or dns")]
    [InlineData("  mapped: [{ spiffe: 'spiffe://a/*/c', node: 'spiffe://a/b/c', roles: [learner] }]", "identity.mapped[0].spiffe",
        "must be a SPIFFE ID")]
    [InlineData("  mapped: [{ spiffe: 'spiffe://a/b', roles: [learner] }]", "identity.mapped[0].node", "is missing; name the node")]
    [InlineData("  mapped: [{ dns: h.x, authority: f, roles: [learner] }]", "identity.mapped[0].node", "is missing")]
    [InlineData("  mapped: [{ dns: h.x, node: 'spiffe://a/b/c', roles: [learner] }]", "identity.mapped[0].authority",
        "is missing; name the file")]
    [InlineData("  mapped: [{ dns: '*.x', authority: f, node: 'spiffe://a/b/c', roles: [learner] }]", "identity.mapped[0].dns",
        "must be a host name")]
    [InlineData("  mapped: [{ spiffe: 'spiffe://a/b/c', authority: f, roles: [learner] }]", "identity.mapped[0].authority",
        "belongs to dns")]
    [InlineData("  mapped: [{ spiffe: 'spiffe://a/b/c', roles: [root, learner] }]", "identity.mapped[0].roles",
        "has 'root', which is no role")]
    [InlineData("  mapped: [{ spiffe: 'spiffe://a/b/c', roles: [] }]", "identity.mapped[0].roles", "gives no role")]
    [InlineData("  mapped: [{ spiffe: 'spiffe://a/b/c' }]", "identity.mapped[0].roles", "is missing")]
    public void A_mistake_is_told_at_its_place(string lines, string path, string sentence)
    {
        var mistake = Assert.Single(Assert.Throws<ConfigurationException>(() => Read(lines)).Mistakes);
        Assert.Equal(path, mistake.Path);
        Assert.Contains(sentence, mistake.ToString(), StringComparison.Ordinal);
    }

    private static IdentityFiles Read(string lines) =>
        NodeConfigurationReader.Read(YamlTreeReader.Read("/etc/starling/node.yaml", Rest + lines + "\n", YamlBounds.Node)).Identity;
}
