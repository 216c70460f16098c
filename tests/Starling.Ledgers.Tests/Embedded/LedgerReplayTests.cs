using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Ledgers.Embedded;

namespace Starling.Ledgers.Tests.Embedded;

public sealed class LedgerReplayTests : IDisposable, ICertifier
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-replay-").FullName;
    private readonly TestAuthor author = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string File => Path.Combine(folder, "ledger.db");

    public void Dispose()
    {
        author.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Every chain is the author's.</summary>
    public CertifiedIdentity? Certify(ImmutableArray<ImmutableArray<byte>> anchors, ImmutableArray<ImmutableArray<byte>> chain) =>
        new(NodeId.Parse($"spiffe://trial.test/lab/{(char)chain[0][0]}"), author.Entry(1).Key, Roles.Learner | Roles.Operator | Roles.Admin);

    [Fact]
    public async Task A_long_history_is_read_to_its_end_and_strangers_entries_are_counted()
    {
        await using var ledger = await Founded(600);
        var verdict = await Verify(ledger);
        Assert.Null(verdict.Finding);
        Assert.Equal(601, verdict.Entries);
        Assert.Equal([KeyValuePair.Create(Refusal.NotMember, 600L)], verdict.Refused);
    }

    [Theory]
    [InlineData("UPDATE entry SET bytes = x'00' WHERE height = 550", LedgerFault.Undecodable)]
    [InlineData("DELETE FROM entry WHERE height = 550", LedgerFault.Gap)]
    [InlineData("UPDATE entry SET bytes = CAST(substr(bytes, 1, length(bytes) - 64) || zeroblob(64) AS BLOB) WHERE height = 550",
        LedgerFault.BadSignature)]
    public async Task The_first_entry_that_is_none_is_named(string damage, LedgerFault fault)
    {
        await using var ledger = await Founded(600);
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = damage;
            command.ExecuteNonQuery();
        }

        var verdict = await Verify(ledger);
        Assert.Equal((550, fault), (verdict.Finding?.Height, verdict.Finding?.Fault));
        Assert.Equal(550, verdict.Entries);
    }

    private Task<LedgerVerdict> Verify(EmbeddedLedger ledger) =>
        LedgerReplay.VerifyAsync(ledger, TestAuthor.Contract, null, this, null, Cancel);

    private async Task<EmbeddedLedger> Founded(int strangers)
    {
        var ledger = EmbeddedLedger.Open(File);
        var settings = new TrainingSettings("leader", 1, 1, 2, AuditMode.Off, "mean", [], default, 1,
            TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9), TimeSpan.Zero, TimeSpan.Zero);
        var found = new Found(settings, [], [Enrolment('a')], [Enrolment('b'), Enrolment('c')]);
        await ledger.AppendAsync([author.Entry(1, payload: TrainingEntryCodec.Encode(found))], Cancel);
        foreach (var batch in Enumerable.Range(2, strangers).Chunk(400))
            await ledger.AppendAsync([.. batch.Select(i => author.Entry(i, name: "stranger"))], Cancel);
        return ledger;

        static Enrolment Enrolment(char name) => new(NodeId.Parse($"spiffe://trial.test/lab/{name}"), LeaderEligible: true, [[(byte)name]]);
    }
}
