using Starling.Api;
using Starling.Api.Contracts;
using Starling.Cli.Commands.Contracts;
using Starling.Cli.Terminal;
using Starling.Core.Identity;
using Starling.Core.Training;

namespace Starling.Cli.Tests.Commands.Contracts;

/// <summary>The settings that a change starts from.</summary>
public sealed class ContractFormTests
{
    private static readonly Digest Schema = Digest.Of([7]);

    private static ContractSettings Told => new("gossip", 5, 6, 3, "full", "multikrum", Schema.ToString(), 99, 7.5, 120, 0.001, 0.033)
    {
        AuditChunks = 9,
        MergeParameters = new Dictionary<string, double> { ["m"] = 2, ["f"] = 1 },
        ProtocolParameters = new Dictionary<string, double> { ["degree"] = 4 },
        Adaptive = new AdaptiveBounds(2, 40, 4),
    };

    /// <summary>Red if a setting is lost on the way from a node: a change of another one would overwrite it.</summary>
    [Fact]
    public void All_that_a_node_tells_is_taken_over()
    {
        var settings = ContractForm.Settings(Contract(Told), "node");
        Assert.Equal([new("f", 1.0), new("m", 2.0)], settings.MergeParameters);
        Assert.Equal([new("degree", 4.0)], settings.ProtocolParameters);
        Assert.Equal(
            new TrainingSettings("gossip", 5, 6, 3, AuditMode.Full, "multikrum", settings.MergeParameters, Schema, 99,
                TimeSpan.FromSeconds(7.5), TimeSpan.FromMinutes(2),
                TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(33))
            {
                AuditChunks = 9,
                ProtocolParameters = settings.ProtocolParameters,
                Adaptive = new AdaptiveInterval(2, 40, 4),
            }, settings);
    }

    /// <summary>Red if what an older node does not tell is taken for nothing.</summary>
    [Fact]
    public void What_a_node_does_not_tell_is_not_made_up()
    {
        foreach (var (settings, words) in ((ContractSettings?, string)[])[
            (null, "is not founded yet"), (Told with { MergeParameters = null }, "an older version"),
            (Told with { ProtocolParameters = null }, "an older version"),
            (Told with { Audit = "thorough" }, "use the node's version"), (Told with { SchemaHash = "x" }, "use the node's version")])
        {
            var refused = Assert.Throws<CommandException>(() => ContractForm.Settings(Contract(settings), "node"));
            Assert.Equal(ExitCode.Denied, refused.ExitCode);
            Assert.Contains(words, refused.Message, StringComparison.Ordinal);
        }
    }

    private static ContractDescription Contract(ContractSettings? settings) =>
        new("digits", "", Followed: true, ContractStage.Training, 0, 1, "", settings, [], [], 1, 1, 1, null, [], [], []);
}
