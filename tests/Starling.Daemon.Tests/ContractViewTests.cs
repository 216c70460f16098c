using System.Text.Json;
using Starling.Api;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Daemon.Http;

namespace Starling.Daemon.Tests;

public sealed class ContractViewTests
{
    /// <summary>Red if nobody can look at a contract whose older rules took parameters that stand twice or are no number.</summary>
    [Fact]
    public void Parameters_that_older_rules_took_are_shown_as_far_as_they_can_be()
    {
        var node = NodeKernel.Create(
            new NodeIdentity(NodeId.Create("test", "clinic", "a"), new PublicKey([1])), [], new X509Certifier(), new KernelOptions());
        var settings = new TrainingSettings("unknown", 100, 10, 2, AuditMode.Full, "multikrum",
            [new("f", 1), new("f", 2), new("m", double.NaN)], default, 1 << 20,
            TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100))
        {
            ProtocolParameters = [new("degree", 2), new("degree", 3), new("pull", double.NegativeInfinity)],
        };
        var fold = TrainingState.Empty(ContractId.Parse("older"), default) with { Version = 4, Settings = settings };
        var json = JsonSerializer.SerializeToElement(ContractView.Describe(fold, node), ApiJson.Default.ContractDescription);
        Assert.Equal("""{"f":2}""", json.GetProperty("settings").GetProperty("mergeParameters").GetRawText());
        Assert.Equal("""{"degree":3}""", json.GetProperty("settings").GetProperty("protocolParameters").GetRawText());
    }
}
