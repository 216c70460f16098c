using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Core.Training;
using Starling.Learning.Experiments;

namespace Starling.Learning.Tests.Experiments;

/// <summary>What an admin may change of a contract, in the words of an experiment's file.</summary>
public sealed class ContractChangeReaderTests
{
    private static readonly TrainingSettings Settings = new(
        "leader", 10, 30, 3, AuditMode.Sampled, "multikrum", [KeyValuePair.Create("f", 1.0), KeyValuePair.Create("m", 2.0)], Digest.Of([1]),
        1 << 20,
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(50))
    {
        AuditChunks = 7,
    };

    private static TrainingSettings Plain => Settings with { MergeRule = "mean", MergeParameters = [] };

    /// <summary>Red if a setting is not read, or if one that is not named changes.</summary>
    [Fact]
    public void What_is_named_changes_and_nothing_else()
    {
        var change = ContractChangeReader.Read(Plain, 4,
            ["training.minPeers=2", "training.absentTimeout=90s", "training.adaptive.on=true", "training.adaptive.most=60"]);
        Assert.Equal(
            Plain with
            {
                MinPeers = 2,
                AbsentTimeout = TimeSpan.FromSeconds(90),
                Adaptive = new AdaptiveInterval(7, 60, 10),
                MergeParameters = change.Settings.MergeParameters,
                ProtocolParameters = change.Settings.ProtocolParameters,
            },
            change.Settings);
        Assert.Empty(change.Settings.MergeParameters);
        Assert.Equal(
        [
            new("training.absentTimeout", "1m", "1m30s"), new("training.adaptive.least", null, "7"),
            new("training.adaptive.most", null, "60"), new("training.adaptive.on", "false", "true"),
            new("training.adaptive.window", null, "10"), new("training.minPeers", "3", "2"),
        ],
        change.Changed);
    }

    /// <summary>Red if every setting that a contract fixes cannot be changed, or if its value is lost when another one is.</summary>
    [Fact]
    public void Every_setting_of_a_contract_can_be_changed_and_stays_as_it_was_if_it_is_not()
    {
        string[] all =
        [
            "training.rounds=12", "training.syncInterval=40", "training.minPeers=4", "training.audit=full", "training.auditChunks=9",
            "training.merge.rule=trimmedmean",
            "training.adaptive.on=true", "training.leaderTimeout=6s", "training.absentTimeout=2m", "training.grace=1s",
            "training.claimDelay=60ms",
        ];
        var other = ContractChangeReader.Read(Plain, 5, all);
        Assert.Equal(all.Select(assignment => assignment.Split('=')[0]).Order(StringComparer.Ordinal),
            other.Changed.Where(setting => setting.Before is not null).Select(setting => setting.Setting));
        var same = ContractChangeReader.Read(other.Settings, 5, all);
        Assert.Empty(same.Changed);
        Assert.Equal(other.Settings.MergeParameters.AsEnumerable(), same.Settings.MergeParameters);
        Assert.Equal(other.Settings with { MergeParameters = [], ProtocolParameters = [] },
            same.Settings with { MergeParameters = [], ProtocolParameters = [] });
    }

    /// <summary>Red if parameters of the rule before stand in the way of another rule, or if those that both have are lost.</summary>
    [Fact]
    public void Another_rule_takes_the_parameters_that_it_has_too()
    {
        var roomy = Settings with { MinPeers = 6 };
        var mean = ContractChangeReader.Read(roomy, 6, ["training.merge.rule=mean"]).Settings;
        Assert.Equal(("mean", 0), (mean.MergeRule, mean.MergeParameters.Length));
        Assert.Contains(KeyValuePair.Create("m", 2.0),
            ContractChangeReader.Read(roomy, 6, ["training.merge.rule=normbound(multikrum)"]).Settings.MergeParameters);
        Assert.Equal([new("training.merge.parameters.m", "2", "3")],
            ContractChangeReader.Read(roomy, 6, ["training.merge.parameters.m=3"]).Changed);
        Assert.Equal(
            "--set training.minPeers: training.minPeers is 5, but the merge rule 'multikrum' takes at least 6 updates with its parameters; raise minPeers to 6, or lower the rule's parameters.",
            Assert.Single(Mistakes(roomy, 6, "training.minPeers=5", "training.merge.parameters.m=3")));
    }

    /// <summary>Red if a protocol's parameters are not checked against its members, or are lost.</summary>
    [Fact]
    public void A_protocol_s_parameters_can_change_as_far_as_its_members_go()
    {
        var gossip = Plain with { Protocol = "gossip", ProtocolParameters = [KeyValuePair.Create("degree", 2.0)] };
        Assert.Equal([KeyValuePair.Create("degree", 4.0)],
            ContractChangeReader.Read(gossip, 6, ["protocolParameters.degree=4"]).Settings.ProtocolParameters.AsEnumerable());
        Assert.Equal([KeyValuePair.Create("degree", 2.0)],
            ContractChangeReader.Read(gossip, 6, ["training.rounds=4"]).Settings.ProtocolParameters.AsEnumerable());
        Assert.Equal("--set protocolParameters.degree: protocolParameters.degree is 4, but 4 nodes have only 3 others each; lower it.",
            Assert.Single(Mistakes(gossip, 4, "protocolParameters.degree=4")));
        Assert.Contains("protocolParameters.degree is 2, so no node of 6 ever merges more than 3 models",
            Assert.Single(Mistakes(gossip, 6, "training.merge.rule=krum", "training.merge.parameters.f=1", "training.minPeers=5")),
            StringComparison.Ordinal);
    }

    /// <summary>Red if only the first mistake is told, or if one is told of a setting that is right.</summary>
    [Fact]
    public void All_mistakes_come_at_once() => Assert.Equal(
    [
        "--set training.rouns: training.rouns is not a setting; did you mean 'rounds'?",
        "--set training.minPeers: training.minPeers is 4, but the contract has 3 members, so no round could begin; lower it to at most 3.",
        "--set training.audit: training.audit is 'none', not one of off, sampled, full.",
        "--set training.absentTimeout: training.absentTimeout is 5s, but leaderTimeout, grace and the claim delays of 3 nodes add up to 5s550ms, so a healthy round would be reopened; raise it.",
        "--set protocol: protocol is fixed for ever when a contract is founded; found another one with it.",
        "--set training.merge: training.merge holds several settings; name one of them, such as training.minPeers=2.",
    ],
    Mistakes(Plain, 3, "training.rouns=3", "training.minPeers=4", "training.audit=none", "training.absentTimeout=5s", "protocol=gossip",
        "training.merge=").OrderBy(Place));

    [Theory]
    [InlineData("training.epochs=3",
        "training.epochs is each node's own and stands in no contract; it is in the experiment that its program is given.")]
    [InlineData("training.preset=wan",
        "training.preset only fills in leaderTimeout, absentTimeout, grace and claimDelay when a contract is made; set these.")]
    [InlineData("training.leaders=[1]", "training.leaders is fixed when members are enrolled; found another contract with it.")]
    [InlineData("program.hidden=[8]",
        "program has the model, which is fixed for ever when a contract is founded; found another one with it.")]
    [InlineData("network.maxUploadRate=1MB/s", "network is each node's own and stands in no contract; its owner limits it in node.yaml.")]
    [InlineData("nodes=2", "nodes is how many members there are, and no setting of a contract; 'starling contract expel' puts one out.")]
    [InlineData("training.minPeers", "training.minPeers has no value; write --set path=value.")]
    [InlineData("training=2", "training holds several settings; name one of them, such as training.minPeers=2.")]
    [InlineData("training.minPeers=1", "training.minPeers is 1; it must lie between 2 and 1024.")]
    [InlineData("training.merge.rule=meen", "training.merge.rule is 'meen', not one of")]
    public void What_cannot_be_changed_has_a_sentence(string assignment, string expected) =>
        Assert.Contains($": {expected}", Assert.Single(Mistakes(Plain, 3, assignment)), StringComparison.Ordinal);

    /// <summary>
    /// Red if a contract whose members have left can be changed without mending what keeps it from going on, or not at all.
    /// </summary>
    [Fact]
    public void What_would_keep_a_round_from_beginning_must_be_mended_too()
    {
        Assert.Equal("the contract: training.minPeers is 3, but the contract has 2 members, so no round could begin; lower it to at most 2.", Assert.Single(Mistakes(Plain, 2, "training.rounds=20")));
        Assert.Equal(20, ContractChangeReader.Read(Plain, 2, ["training.rounds=20", "training.minPeers=2"]).Settings.Rounds);
        Assert.Contains("a round takes two", Assert.Single(Mistakes(Plain, 1, "training.minPeers=2")), StringComparison.Ordinal);
    }

    private static int Place(string mistake) =>
        Array.FindIndex(["rouns", "minPeers:", "audit:", "absent", "protocol:", "merge:"],
            word => mistake.Contains(word, StringComparison.Ordinal));

    private static IEnumerable<string> Mistakes(TrainingSettings settings, int members, params string[] assignments) =>
        Assert.Throws<ConfigurationException>(() => ContractChangeReader.Read(settings, members, assignments)).Mistakes
            .Select(mistake => mistake.ToString());
}
