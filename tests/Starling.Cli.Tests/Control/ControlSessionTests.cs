using System.Text.Json;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Core.Ledger;
using Starling.Core.Training;

namespace Starling.Cli.Tests.Control;

public sealed class ControlSessionTests
{
    private static readonly string Old = new('a', 64), Latest = new('b', 64);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>
    /// Red if a change of settings claims to know what came after they were read: the node could not see that another changed them since.
    /// </summary>
    [Fact(Timeout = 60_000)]
    public async Task A_change_of_settings_says_what_it_was_made_of()
    {
        await using var node = new ScriptedNode(async (path, to, cancellation) =>
        {
            await ScriptedNode.BeginAsync(to, "200 OK", cancellation);
            if (path.EndsWith("/position", StringComparison.Ordinal))
                await JsonSerializer.SerializeAsync(to, new ContractPosition("trial", ContractKind.Training,
                    "spiffe://test.example/clinic/person", 0, 1, 3, 9, Latest, 4), ApiJson.Default.ContractPosition, cancellation);
            else
                await JsonSerializer.SerializeAsync(to, new EntryAnswer("trial", Latest, 9, null, null, false),
                    ApiJson.Default.EntryAnswer, cancellation);
        });
        using var session = node.Session(TimeSpan.FromSeconds(30));
        var read = new ContractDescription("trial", Old, true, ContractStage.Training, 0, 5, Old, null, [], [], 1, 1, 1, null, [], [], []);
        var settings = new TrainingSettings("leader", 7, 1, 2, AuditMode.Off, "mean", [], default, 1 << 20, TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(2), TimeSpan.Zero, TimeSpan.Zero);
        await session.ChangeAsync(read, settings, Cancellation);

        var sent = JsonSerializer.Deserialize(Assert.Single(node.Bodies), ApiJson.Default.EntryRequest)!;
        var body = SignedEntry.Decode(sent.Entry).Body;
        Assert.Equal((5L, Old, 3L), (body.SeenHeight, body.SeenHash.ToString(), body.Sequence));
        Assert.Equal(7, Assert.IsType<ChangeSettings>(TrainingEntryCodec.Decode(body.Payload)).Settings.Rounds);
    }
}
