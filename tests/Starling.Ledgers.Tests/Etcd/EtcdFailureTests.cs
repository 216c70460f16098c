using System.Net;
using System.Net.Sockets;
using Starling.Core.Ledger;
using Starling.Ledgers.Etcd;
using Starling.Ledgers.Etcd.Wire;
using static Starling.Ledgers.Tests.TestAuthor;

namespace Starling.Ledgers.Tests.Etcd;

/// <summary>Members of etcd that are down, full or not those that they should be.</summary>
public sealed class EtcdFailureTests : IDisposable
{
    private readonly TestAuthor author = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => author.Dispose();

    [Fact]
    public async Task One_member_of_three_is_missed_by_nobody_and_two_by_all_until_one_is_back()
    {
        await using var cluster = await EtcdCluster.StartAsync(3);
        await using var ledger = Open(EtcdTestOptions.Endpoints(cluster));
        await using var watch = new Watch(ledger);
        var next = watch.NextAsync();
        await Appended(1);
        Assert.True(await next);

        await cluster.KillAsync(0);
        next = watch.NextAsync();
        await Appended(2);
        Assert.Equal([1, 2], Sequences(await ledger.ReadAsync(Contract, 0, 10, Cancel)));
        Assert.True(await next);

        await cluster.KillAsync(1);
        next = watch.NextAsync();
        var answer = await ledger.AppendAsync([author.Entry(3)], Cancel);
        Assert.NotEqual(AppendOutcome.Appended, answer.Outcome);
        Assert.Contains("start those that are down", answer.Trouble, StringComparison.Ordinal);
        var unavailable = await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.ReadAsync(Contract, 0, 10, Cancel));
        Assert.Contains("start those that are down", unavailable.Message, StringComparison.Ordinal);

        cluster.Start(1);
        await cluster.WorksAsync(1);
        await Appended(4);
        Assert.True(await next);
        Assert.Equal([1, 2, 4], Sequences(await ledger.ReadAsync(Contract, 0, 10, Cancel)).Where(sequence => sequence != 3));

        async Task Appended(int sequence) =>
            Assert.Equal(new AppendAnswer(AppendOutcome.Appended), await ledger.AppendAsync([author.Entry(sequence)], Cancel));
    }

    [Fact]
    public async Task A_member_that_hangs_is_left_by_its_watch_too()
    {
        await using var cluster = await EtcdCluster.StartAsync(3);
        await using var ledger = Open(EtcdTestOptions.Endpoints(cluster));
        await using var other = Open(EtcdTestOptions.Endpoints(cluster.Endpoints.Skip(1)));
        await using var watch = new Watch(ledger);
        Assert.Equal(AppendOutcome.Appended, (await ledger.AppendAsync([author.Entry(1)], Cancel)).Outcome);
        Assert.True(await watch.NextAsync());
        var next = watch.NextAsync();
        await cluster.HaltAsync(0);
        Assert.Equal(AppendOutcome.Appended, (await other.AppendAsync([author.Entry(2)], Cancel)).Outcome);
        Assert.Equal([1, 2], Sequences(await ledger.ReadAsync(Contract, 0, 10, Cancel)));
        Assert.True(await next);
    }

    [Fact]
    public async Task No_member_at_all_is_an_outcome_with_a_sentence_and_nothing_was_written()
    {
        await using var ledger =
            Open(EtcdTestOptions.Endpoints([$"http://127.0.0.1:{EtcdCluster.FreePorts(1)[0]}"]), TimeSpan.FromSeconds(1));
        var answer = await ledger.AppendAsync([author.Entry(1)], Cancel);
        Assert.Equal(AppendOutcome.Unavailable, answer.Outcome);
        Assert.Contains("No member of the ledger's etcd answers; start them", answer.Trouble, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.ReadAsync(Contract, 0, 10, Cancel));
    }

    [Fact]
    public async Task A_full_database_is_an_outcome_with_a_sentence()
    {
        await using var cluster = await EtcdCluster.StartAsync(1, "--quota-backend-bytes", "100000");
        await using var ledger = Open(EtcdTestOptions.Endpoints(cluster));
        var answer = new AppendAnswer(AppendOutcome.Appended);
        for (var i = 1; i <= 100 && answer.Outcome == AppendOutcome.Appended; i++)
            answer = await ledger.AppendAsync([author.Entry(i, payloadBytes: 10_000)], Cancel);
        Assert.Equal(AppendOutcome.Unavailable, answer.Outcome);
        Assert.Contains("etcd is full", answer.Trouble, StringComparison.Ordinal);
        Assert.NotEmpty((await ledger.ReadAsync(Contract, 0, 10, Cancel)).Entries);
    }

    [Fact]
    public async Task An_entry_that_the_members_are_set_up_too_small_for_is_said()
    {
        await using var cluster = await EtcdCluster.StartAsync(1, "--max-request-bytes", "500000");
        await using var ledger = Open(EtcdTestOptions.Endpoints(cluster));
        var answer = await ledger.AppendAsync([author.Entry(1, payloadBytes: 600_000)], Cancel);
        Assert.Equal(AppendOutcome.Unavailable, answer.Outcome);
        Assert.Contains("--max-request-bytes", answer.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_of_another_cluster_is_not_believed()
    {
        await using var one = await EtcdCluster.StartAsync(1);
        await using var other = await EtcdCluster.StartAsync(1);
        await using var ledger = Open(EtcdTestOptions.Endpoints([.. one.Endpoints, .. other.Endpoints]), TimeSpan.FromSeconds(1));
        Assert.Equal(0, (await ledger.ReadAsync(Contract, 0, 10, Cancel)).Height);
        await one.KillAsync(0);
        var unavailable = await Assert.ThrowsAsync<LedgerUnavailableException>(() => ledger.ReadAsync(Contract, 0, 10, Cancel));
        Assert.Contains("belongs to another cluster", unavailable.Message, StringComparison.Ordinal);
    }

    /// <summary>Red if a member that breaks off just then is what the one who cancels hears of.</summary>
    [Fact]
    public async Task Who_cancels_a_question_hears_of_that_alone()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new EtcdClient(new EtcdOptions
        {
            Endpoints = EtcdTestOptions.Endpoints([$"http://{listener.LocalEndpoint}"])
        });
        using var cancelled = new CancellationTokenSource();
        var asked = client.AskAsync(
            "v3/kv/range", new EtcdRange([0]), EtcdJson.Default.EtcdRange, EtcdJson.Default.EtcdRangeAnswer, cancelled.Token);
        var member = await listener.AcceptSocketAsync(Cancel);
        await member.ReceiveAsync(new byte[1], Cancel);

        // What is registered last is told first: the member breaks off while the question itself does not know yet.
        await using var breaking = cancelled.Token.Register(() =>
        {
            member.Close(timeout: 0);
            SpinWait.SpinUntil(() => asked.IsCompleted, TimeSpan.FromSeconds(30));
        });
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    private static EtcdLedger Open(System.Collections.Immutable.ImmutableArray<EtcdEndpoint> endpoints, TimeSpan? patience = null) =>
        EtcdLedger.Open(
            new EtcdOptions { Endpoints = endpoints, Patience = patience ?? new EtcdOptions { Endpoints = endpoints }.Patience });

    /// <summary>A watch that ends with its test: one that still waits cannot be disposed, and would hide why the test failed.</summary>
    private sealed class Watch : IAsyncDisposable
    {
        private readonly CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        private readonly IAsyncEnumerator<Core.Identity.ContractId> hints;
        private Task<bool> next = Task.FromResult(true);

        public Watch(EtcdLedger ledger) => hints = ledger.WatchAsync(ending.Token).GetAsyncEnumerator(ending.Token);

        public Task<bool> NextAsync() => next = hints.MoveNextAsync().AsTask();

        public async ValueTask DisposeAsync()
        {
            await ending.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await hints.DisposeAsync();
            ending.Dispose();
        }
    }
}
