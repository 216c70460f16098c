using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Core.Identity;
using Starling.Core.Ledger;
using Starling.Core.Tasks;
using Starling.Core.Training;
using Starling.Daemon.Http.Contracts;
using Starling.Daemon.Tests.Clusters;
using Starling.Ledgers;
using Starling.Node.Loop;

namespace Starling.Daemon.Tests;

/// <summary>Entries that callers signed come into the ledger through a node, and those that would be refused do not.</summary>
public sealed class EntriesApiTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if the node answers before it has folded the entry, or says another height than the ledger.</summary>
    [Fact(Timeout = 120_000)]
    public async Task An_entry_is_appended_and_read_back_before_the_answer()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var before = await desk.Client.GetPositionAsync("trial", Cancellation);
        Assert.Equal((ContractKind.Training, desk.Admin.Id.Value, 0L, 1L, 2L),
            (before.Kind, before.Author, before.Epoch, before.Incarnation, before.Sequence));

        var answer = await desk.Admin.AppendAsync("trial", new Revoke(desk.Cluster.Nodes[1]), Cancellation);

        Assert.Equal((null, null), (answer.Refusal, answer.Detail));
        var after = await desk.Client.GetPositionAsync("trial", Cancellation);
        Assert.Equal(before.Sequence + 1, after.Sequence);
        Assert.True(answer.Height >= before.Height && after.Height > answer.Height);
    }

    /// <summary>Red if the fold is not asked before: the entry would stand in the ledger, and the sequence be used up.</summary>
    [Fact(Timeout = 120_000)]
    public async Task What_would_be_refused_is_told_and_not_appended()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var at = await desk.Client.GetPositionAsync("trial", Cancellation);
        await Denied("no entry of this kind", desk.Admin.AppendAsync("trial", new CancelRun(1, ""), Cancellation));
        await Denied("is no member", desk.Clerk.AppendAsync("trial", new Revoke(desk.Cluster.Nodes[1]), Cancellation));
        await Denied("compare minPeers",
            desk.Admin.AppendAsync("trial", new ChangeSettings(SettingsOf(minPeers: 2) with { Rounds = 0 }), Cancellation));
        Assert.Equal(at.Sequence, (await desk.Client.GetPositionAsync("trial", Cancellation)).Sequence);
    }

    /// <summary>
    /// Red if a change of settings takes back, unseen, what another changed since they were read, or if it is refused for what changed
    /// before.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task Of_two_changes_of_the_same_settings_the_second_is_refused()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var read = await desk.Client.GetPositionAsync("trial", Cancellation);
        var settings = ((Found)TrainingEntryCodec.Decode(await desk.Cluster.FoundingPayloadAsync(Cancellation))).Settings;
        await ChangeAsync(settings with { Rounds = 7 }, read);
        await Denied("were changed meanwhile", ChangeAsync(settings with { SyncInterval = 9 }, read));

        var again = await desk.Client.GetPositionAsync("trial", Cancellation);
        await ChangeAsync(settings with { Rounds = 7, SyncInterval = 9 }, again);
        var told = (await desk.Client.GetContractAsync("trial", Cancellation)).Settings!;
        Assert.Equal((7L, 9), (told.Rounds, told.SyncInterval));

        async Task ChangeAsync(TrainingSettings changed, ContractPosition seen)
        {
            var at = await desk.Client.GetPositionAsync("trial", Cancellation);
            var entry = desk.Admin.Sign(at with { Height = seen.Height, ChainHead = seen.ChainHead },
                TrainingEntryCodec.Encode(new ChangeSettings(changed)));
            await desk.Client.AppendAsync("trial", entry, Cancellation);
        }
    }

    /// <summary>Red if of two changes at different nodes the later one takes the other back, and its author is not told.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_change_that_takes_back_one_of_the_same_moment_says_whose()
    {
        var others = new ConcurrentQueue<SignedEntry>();
        await using var desk = await OpenAsync(async ledger =>
        {
            while (others.TryDequeue(out var other))
                await ledger.AppendAsync([other], Cancellation);
        });
        var settings = await FoundSecondAsync(desk);
        others.Enqueue(SignedEntry.Decode(desk.Clerk.Sign((await desk.Client.GetPositionAsync("second", Cancellation)) with { Sequence = 1 },
            TrainingEntryCodec.Encode(new ChangeSettings(settings with { Rounds = 7 })))));
        await Denied($"is in force, but {desk.Clerk.Id} changed them",
            desk.Admin.AppendAsync("second", new ChangeSettings(settings with { SyncInterval = 9 }), Cancellation));
        var told = (await desk.Client.GetContractAsync("second", Cancellation)).Settings!;
        Assert.Equal((settings.Rounds, 9), (told.Rounds, told.SyncInterval));

        // Nor is anybody told of what was changed before he read, or of what is refused.
        await desk.Admin.AppendAsync("second", new ChangeSettings(settings with { Rounds = 7, SyncInterval = 9 }), Cancellation);
        others.Enqueue(SignedEntry.Decode(desk.Clerk.Sign((await desk.Client.GetPositionAsync("second", Cancellation)) with { Sequence = 2 },
            TrainingEntryCodec.Encode(new ChangeSettings(settings with { Rounds = 0 })))));
        Assert.Null((await desk.Admin.AppendAsync("second", new ChangeSettings(settings), Cancellation)).Refusal);
    }

    /// <summary>Red if two changes that one node is given at once are both appended.</summary>
    [Fact(Timeout = 120_000)]
    public async Task Of_two_changes_that_a_node_is_given_at_once_it_appends_one()
    {
        TaskCompletionSource first = Signal(), second = Signal();
        await using var desk = await OpenAsync(async _ =>
        {
            if (first.TrySetResult())
                await Task.WhenAny(second.Task, Task.Delay(TimeSpan.FromMilliseconds(500), Cancellation));
            else
                second.TrySetResult();
        });
        var settings = await FoundSecondAsync(desk);
        first = Signal();
        var one = desk.Admin.AppendAsync("second", new ChangeSettings(settings with { Rounds = 7 }), Cancellation);
        await first.Task;
        await Denied("were changed meanwhile",
            desk.Clerk.AppendAsync("second", new ChangeSettings(settings with { SyncInterval = 9 }), Cancellation));
        await one;
        Assert.False(second.Task.IsCompleted);
    }

    /// <summary>Red if a founding is not checked before it is appended, or if a name can be taken twice.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_contract_is_founded_once_and_only_by_what_founds_one()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        await Denied("entry 0 must found", desk.Admin.FoundAsync("lab", RunnerEntryCodec.Encode(new CancelRun(1, "")), Cancellation));
        await Denied("vouches for the certificate",
            desk.Admin.FoundAsync("lab", desk.Runner(anchors: [], desk.Admin.Enrolment), Cancellation));
        Assert.Equal(ExitCode.Denied, (await Assert.ThrowsAsync<NodeClientException>(
            () => desk.Clerk.FoundAsync("lab", desk.Runner(desk.Anchors, desk.Admin.Enrolment), Cancellation))).ExitCode);
        await Assert.ThrowsAsync<NodeClientException>(() => desk.Client.GetRunnerAsync("lab", Cancellation));

        var payload = desk.Runner(desk.Anchors, desk.Admin.Enrolment, desk.Clerk.Enrolment);
        var entry = desk.Admin.Founding("lab", payload);
        Assert.Equal((0L, null, false), Fate(await desk.Client.FoundAsync(entry, Cancellation)));
        Assert.Equal((0L, null, true), Fate(await desk.Client.FoundAsync(entry, Cancellation)));
        await Denied("is not as it is asked", desk.Admin.FoundAsync("lab", desk.Runner(desk.Anchors, desk.Admin.Enrolment), Cancellation));
        await Denied("exists already", desk.Admin.FoundAsync("trial", payload, Cancellation));
        Assert.Equal([desk.Clerk.Id.Value], (await desk.Client.GetRunnerAsync("lab", Cancellation)).Operators);

    }

    /// <summary>Red if whoever appends a founding's body under another key first has its author told that the name is taken.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_founding_whose_body_came_first_under_another_key_founds_all_the_same()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var entry = desk.Admin.Founding("lab", desk.Runner(desk.Anchors, desk.Admin.Enrolment, desk.Clerk.Enrolment));
        await desk.Cluster.AppendAsync(desk.Clerk.Sign(SignedEntry.Decode(entry).BodyBytes.ToArray()), Cancellation);
        Assert.Equal((1L, null, false), Fate(await desk.Client.FoundAsync(entry, Cancellation)));
        Assert.Equal((1L, null, true), Fate(await desk.Client.FoundAsync(entry, Cancellation)));
        Assert.Equal([desk.Clerk.Id.Value], (await desk.Client.GetRunnerAsync("lab", Cancellation)).Operators);
    }

    private static (long Height, string? Refusal, bool Existed) Fate(EntryAnswer answer) =>
        (answer.Height, answer.Refusal, answer.Existed);

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // A node whose ledger does something before each append.
    private static Task<Desk> OpenAsync(Func<ILedger, Task> before) => Desk.OpenAsync(Cancellation, compose: services =>
        services.AddSingleton(s => new EntriesApi(
            s.GetRequiredService<KernelDriver>(), new InterruptedLedger(s.GetRequiredService<ILedger>(), before),
            s.GetRequiredService<ContractReader>(), s.GetRequiredService<LedgerContracts>(), s.GetRequiredService<InputQueue>())));

    // A contract of both, the admin and the clerk.
    private static async Task<TrainingSettings> FoundSecondAsync(Desk desk)
    {
        var found = (Found)TrainingEntryCodec.Decode(await desk.Cluster.FoundingPayloadAsync(Cancellation));
        await desk.Admin.FoundAsync("second",
            TrainingEntryCodec.Encode(found with { Admins = [desk.Admin.Enrolment, desk.Clerk.Enrolment] }), Cancellation);
        return found.Settings;
    }

    private static TrainingSettings SettingsOf(int minPeers) => new(
        "leader", 1, 1, minPeers, AuditMode.Off, "mean", [], default, 1 << 20, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2),
        TimeSpan.Zero, TimeSpan.Zero);

    private static async Task Denied(string words, Task ask)
    {
        var denied = await Assert.ThrowsAsync<NodeClientException>(() => ask);
        Assert.Equal(ExitCode.Denied, denied.ExitCode);
        Assert.Contains(words, denied.Message, StringComparison.Ordinal);
    }

    private sealed class InterruptedLedger(ILedger ledger, Func<ILedger, Task> before) : ILedger
    {
        public string Name => ledger.Name;

        public bool TellsAtOnce => ledger.TellsAtOnce;

        public async Task<AppendAnswer> AppendAsync(IReadOnlyList<SignedEntry> entries, CancellationToken cancellation)
        {
            await before(ledger);
            return await ledger.AppendAsync(entries, cancellation);
        }

        public Task<LedgerPage> ReadAsync(ContractId contract, long from, int limit, CancellationToken cancellation) =>
            ledger.ReadAsync(contract, from, limit, cancellation);

        public IAsyncEnumerable<ContractId> WatchAsync(CancellationToken cancellation) => ledger.WatchAsync(cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
