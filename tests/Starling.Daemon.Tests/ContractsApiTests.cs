using Microsoft.Extensions.DependencyInjection;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Api.Events;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Daemon.Http.Contracts;
using Starling.Daemon.Tests.Clusters;
using Starling.Ledgers;
using Starling.Node.Loop;

namespace Starling.Daemon.Tests;

/// <summary>What a node tells of contracts, also of those that it does not follow.</summary>
public sealed class ContractsApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if only followed contracts are known, if kinds are mixed up, or if a replay does not go on.</summary>
    [Fact(Timeout = 120_000)]
    public async Task All_contracts_of_the_ledger_are_listed_and_told_of()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var runner = desk.Runner(desk.Anchors, desk.Admin.Enrolment, desk.Clerk.Enrolment);
        await desk.Admin.FoundAsync("lab", runner, Cancellation);
        var found = (Found)TrainingEntryCodec.Decode(await desk.Cluster.FoundingPayloadAsync(Cancellation));
        await desk.Admin.FoundAsync("second", TrainingEntryCodec.Encode(found), Cancellation);

        var all = await desk.Client.GetContractsAsync(null, Cancellation);
        Assert.Null(all.Next);
        Assert.Equal(
            [("lab", ContractKind.Runner, false, ContractStage.Idle), ("second", ContractKind.Training, false, ContractStage.Training),
                ("trial", ContractKind.Training, true, ContractStage.Training)],
            all.Items.Select(item => (item.Contract, item.Kind, item.Followed, item.Stage)));
        Assert.All(all.Items, item => Assert.True(item.Founded));
        Assert.Equal(desk.Cluster.Founding.ToString(), all.Items[2].Founding);

        await desk.Admin.AppendAsync("second", new Tombstone("the test says so"), Cancellation);
        var second = await desk.Client.GetContractAsync("second", Cancellation);
        Assert.Equal((ContractStage.Deleted, 2L, false), (second.Stage, second.Height, second.Followed));
        var trial = await desk.Client.GetContractAsync("trial", Cancellation);
        Assert.Equal((1L, 1L, 1L, null, true), (trial.Round, trial.Opening, trial.Term, trial.Leader, trial.Followed));
        Assert.Equal([desk.Admin.Id.Value], trial.Admins);
        Assert.Equal([desk.Cluster.Nodes[0].Value], trial.Ready);
    }

    /// <summary>Red if a path is answered for a contract of the other kind, or for none.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_contract_that_is_not_there_or_of_another_kind_is_told()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        await desk.Admin.FoundAsync("lab", desk.Runner(desk.Anchors, desk.Admin.Enrolment), Cancellation);
        await Missing("no contract 'other'", desk.Client.GetContractAsync("other", Cancellation));
        await Missing("no contract 'NO NAME'", desk.Client.GetPositionAsync("NO NAME", Cancellation));
        await Missing("ask for /v1/runners/lab", desk.Client.GetContractAsync("lab", Cancellation));
        await Missing("ask for /v1/contracts/trial", desk.Client.GetRunnerAsync("trial", Cancellation));

        static async Task Missing(string words, Task ask) =>
            Assert.Contains(words, (await Assert.ThrowsAsync<NodeClientException>(() => ask)).Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Red if contributions, rounds or measurements are not counted, or counted for another member, or if somebody still
    /// trains when training has ended.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task How_members_do_is_counted_from_the_ledger()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 2), Cancellation);
        await using var first = await cluster.StartAsync(0, Cancellation);
        await using var second = await cluster.StartAsync(1, Cancellation);
        using var client = cluster.ClientOf(0);
        using var admin = new EntryAuthor(client, cluster.AdminCertificate());
        await ClusterTests.UntilAsync<FinishedEvent>(client);

        var rows = (await client.GetPerformanceAsync("trial", null, Cancellation)).Items;
        Assert.Equal(cluster.Nodes.Select(node => node.Value), rows.Select(row => row.Member));
        Assert.All(rows, row => Assert.Equal((2L, 2L, false), (row.Round, row.Contributions, row.Leads)));
        Assert.All(rows,
            row => Assert.True(row.Loss is > 0 && row.LastHeight > 0 && row.LastSeen is not null && row.RemainingSeconds is null));

        await admin.AppendAsync("trial", new Restart(1), Cancellation);
        Assert.All((await client.GetPerformanceAsync("trial", null, Cancellation)).Items, row => Assert.InRange(row.Contributions, 0, 1));
    }

    /// <summary>
    /// Red if one contract that is too long hides the others, or if it is said of a followed one that it is not followed.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task One_that_is_too_long_to_replay_is_listed_with_the_others()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        await using var node = await StartAsync(cluster,
            (kernel, ledger) => new ContractReader(kernel, ledger) { MostEntries = 1 });
        using var client = cluster.ClientOf(0);
        using var admin = new EntryAuthor(client, cluster.AdminCertificate());
        await ClusterTests.UntilAsync<MemberReadyEvent>(client);
        await admin.FoundAsync("lab", RunnerEntryCodec.Encode(
            new FoundRunner([[.. cluster.Anchors[0].RawData]], [admin.Enrolment], [])), Cancellation);
        await admin.FoundAsync("second", (await cluster.FoundingPayloadAsync(Cancellation)).ToArray(), Cancellation);
        await admin.AppendAsync("second", new Tombstone("the test says so"), Cancellation);

        for (var asked = 0; asked < 2; asked++)
            Assert.Equal(
                [("lab", ContractKind.Runner, false, ContractStage.Idle, 1L),
                    ("second", ContractKind.Training, false, ContractStage.Unknown, 2L),
                    ("trial", ContractKind.Training, true, ContractStage.Training, 2L)],
                (await client.GetContractsAsync(null, Cancellation)).Items
                    .Select(item => (item.Contract, item.Kind, item.Followed, item.Stage, item.Height)));
        var second = await Assert.ThrowsAsync<NodeClientException>(() => client.GetContractAsync("second", Cancellation));
        Assert.Equal("second has more than 1 entries, and the node does not follow it; ask a node that does.", second.Message);
        // It only grows: a client that takes the answer for a node's silence would ask again, and be told the same.
        Assert.Equal(ExitCode.Denied, second.ExitCode);
        var counted = await Assert.ThrowsAsync<NodeClientException>(() => client.GetPerformanceAsync("trial", null, Cancellation));
        Assert.StartsWith("trial has more than 1 entries, and no node counts more", counted.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Denied, counted.ExitCode);
    }

    /// <summary>Red if a replay that broke off, or whose caller waited no longer, begins anew for the next one.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_replay_that_broke_off_goes_on_where_it_was()
    {
        await using var cluster = await Cluster.CreateAsync(2, Cluster.Synthetic(nodes: 2, minPeers: 2, rounds: 1), Cancellation);
        var (breaking, reader) = ((BreakingLedger?)null, (ContractReader?)null);
        await using var node = await StartAsync(cluster,
            (kernel, ledger) => reader = new ContractReader(kernel, breaking = new BreakingLedger(ledger)));
        using var client = cluster.ClientOf(0);
        await ClusterTests.UntilAsync<MemberReadyEvent>(client);
        await client.GetContractsAsync(null, Cancellation);

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => reader!.ReplayAsync(cluster.Contract, Cancellation));
        Assert.Equal([0L, 2L], breaking!.ReadFrom);
        breaking.IsWhole = true;
        Assert.Equal(2, (await reader!.ReplayAsync(cluster.Contract, Cancellation))!.State.Height);
        Assert.Equal([0L, 2L, 2L], breaking.ReadFrom);
    }

    private static Task<RunningDaemon> StartAsync(Cluster cluster, Func<KernelDriver, ILedger, ContractReader> reader) =>
        RunningDaemon.StartAsync(cluster.Configuration(0), null, Cancellation, services => services.AddSingleton(provider =>
            reader(provider.GetRequiredService<KernelDriver>(), provider.GetRequiredService<ILedger>())));

    // Gives the first page, and then nothing more.
    private sealed class BreakingLedger(ILedger ledger) : ILedger
    {
        public string Name => ledger.Name;

        public bool TellsAtOnce => ledger.TellsAtOnce;

        public bool IsWhole { get; set; }

        public List<long> ReadFrom { get; } = [];

        public Task<AppendAnswer> AppendAsync(IReadOnlyList<SignedEntry> entries, CancellationToken cancellation) =>
            ledger.AppendAsync(entries, cancellation);

        public Task<LedgerPage> ReadAsync(ContractId contract, long from, int limit, CancellationToken cancellation)
        {
            ReadFrom.Add(from);
            return from == 0 || IsWhole ? ledger.ReadAsync(contract, from, limit, cancellation)
                : throw new LedgerUnavailableException("It is away.");
        }

        public IAsyncEnumerable<ContractId> WatchAsync(CancellationToken cancellation) => ledger.WatchAsync(cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
