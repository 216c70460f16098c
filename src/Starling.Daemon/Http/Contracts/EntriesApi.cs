using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Starling.Api;
using Starling.Api.Contracts;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Training;
using Starling.Ledgers;
using Starling.Node.Loop;
using Starling.Node.Transport;

namespace Starling.Daemon.Http.Contracts;

/// <summary>
/// Appends what a caller wrote and signed. The caller's key stays with the caller: the node checks, appends, and says what became of
/// it. Whether an entry is accepted the contract's fold decides, and it alone; the node asks it before, so that the ledger is not
/// filled with what is refused.
/// </summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="ledger">Where entries go.</param>
/// <param name="reader">Gives contracts.</param>
/// <param name="contracts">The names that are on the ledger.</param>
/// <param name="queue">By which the node hears at once that a contract has grown.</param>
internal sealed class EntriesApi(KernelDriver kernel, ILedger ledger, ContractReader reader, LedgerContracts contracts, InputQueue queue)
    : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly ContractAnswers answers = new(reader);
    private readonly SemaphoreSlim changing = new(1);

    /// <summary>Adds the requests to the API, which lets callers in.</summary>
    public void Map(WebApplication application)
    {
        application.MapPost("/v1/contracts", context => ContractAnswers.GuardAsync(context, () => FoundAsync(context)))
            .For(NodeAction.AdministerContract);
        application
            .MapPost("/v1/contracts/{contract}/entries",
                context => answers.AboutAsync<ContractState>(context, state => AppendAsync(context, state)))
                .For(NodeAction.AdministerContract);
    }

    /// <inheritdoc/>
    public void Dispose() => changing.Dispose();

    private async Task FoundAsync(HttpContext context)
    {
        var (entry, mistake) = await EntryReading.ReadAsync(context, Caller(context)).ConfigureAwait(false);
        if (entry is null)
        {
            await Problem.BadRequestAsync(context, mistake).ConfigureAwait(false);
            return;
        }

        var contract = entry.Body.Contract;
        var first = await ledger.ReadAsync(contract, 0, LedgerPage.MaxEntries, context.RequestAborted).ConfigureAwait(false);
        var check = !first.Entries.IsEmpty && first.Entries[0].Entry.Id != entry.Id ? Refused(Refusal.AlreadyFounded)
            : !AnyContract.Founds(entry.Body.Payload)
                || (kernel.State.Find(contract) is { } followed && followed.Reference.Founding != entry.Id) ? Refused(Refusal.NotFounded)
            : EntryCheck.Of(kernel.State, AnyContract.Begin(entry), entry);
        if (check is not null)
            await RefuseAsync(context, check).ConfigureAwait(false);
        else
            await SendAsync(context, AnyContract.Begin(entry), entry, first.Entries.Any(known => IsSame(known.Entry, entry)))
                .ConfigureAwait(false);
    }

    private async Task AppendAsync(HttpContext context, ContractState state)
    {
        var (entry, mistake) = await EntryReading.ReadAsync(context, Caller(context)).ConfigureAwait(false);
        if (entry is null)
            await Problem.BadRequestAsync(context, mistake).ConfigureAwait(false);
        else if (entry.Body.Contract != state.Contract)
            await Problem
                .BadRequestAsync(context, $"The entry is of the contract {entry.Body.Contract}, and the path names {state.Contract}.")
                .ConfigureAwait(false);
        else if (kernel.State.Find(state.Contract)?.SetAside is { } why)
            await Problem.ConflictAsync(context, why.Detail).ConfigureAwait(false);
        else if (EntryCheck.Of(kernel.State, state, entry) is { } check)
            await RefuseAsync(context, check).ConfigureAwait(false);
        else if (state is TrainingState training && Changes(entry))
            await ChangeAsync(context, training, entry).ConfigureAwait(false);
        else
            await SendAsync(context, state, entry, existed: false).ConfigureAwait(false);
    }

    // A change carries all settings: made of what another has changed since, it would take that back unseen. One at a time, so that of two
    // at this node one sees the other; of two at different nodes, the later one learns it when it is read back.
    private async Task ChangeAsync(HttpContext context, TrainingState state, SignedEntry entry)
    {
        await changing.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            if (await IsOvertakenAsync(state, entry, context.RequestAborted).ConfigureAwait(false))
                await RefuseAsync(context, new EntryCheck(Refusal.None,
                    $"The settings of {state.Contract} were changed meanwhile, and this change would take that back; run it again."))
                    .ConfigureAwait(false);
            else
                await SendAsync(context, state, entry, existed: false).ConfigureAwait(false);
        }
        finally
        {
            changing.Release();
        }
    }

    private async Task<bool> IsOvertakenAsync(TrainingState state, SignedEntry entry, CancellationToken cancellation)
    {
        for (var at = entry.Body.SeenHeight; ;)
        {
            var page = await ledger.ReadAsync(state.Contract, at, LedgerPage.MaxEntries, cancellation).ConfigureAwait(false);
            if (page.Entries.Any(since => since.Entry.Id != entry.Id && since.SignatureValid && Changes(since.Entry)
                && state.Authors.TryGetValue(since.Entry.Body.Author, out var author) && author.IsAdmin))
                return true;
            if (page.Entries.IsEmpty)
                return false;
            at += page.Entries.Length;
        }
    }

    /// <summary>Appends, reads back, and waits until the node has folded it, if it follows the contract.</summary>
    private async Task SendAsync(HttpContext context, ContractState before, SignedEntry entry, bool existed)
    {
        var answer = await ledger.AppendAsync([entry], context.RequestAborted).ConfigureAwait(false);
        if (answer.Outcome == AppendOutcome.Unavailable)
        {
            await Problem.UnavailableAsync(context, answer.Trouble ?? "The entry was not appended; try again.").ConfigureAwait(false);
            return;
        }

        contracts.Note(before.Contract);
        queue.Add(new LedgerChanged(before.Contract));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(Patience);
        EntryFate? fate = null;
        try
        {
            fate = await ReadBackAsync(before, entry, limit.Token).ConfigureAwait(false);
            while (kernel.State.Find(before.Contract) is { Folded.Height: var height } && height <= fate.Height)
                await Task.Delay(Pause, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // What the ledger says is enough: the node folds it when it comes to it.
        }

        await (fate switch
        {
            null =>
                Problem.UnavailableAsync(context,
                    answer.Trouble
                        ?? "Whether the entry was appended is not known yet; send the same once more, which changes nothing if it was."),
            { Refusal: Refusal.AlreadyFounded } => RefuseAsync(context, Refused(Refusal.AlreadyFounded)),
            { Refusal: Refusal.None, TookBack: { } other } => RefuseAsync(context, new EntryCheck(Refusal.None,
                $"This change of the settings of {before.Contract} is in force, but {other} changed them just before, and it took that back: 'starling contract status {before.Contract}' shows what holds; change again what is missing.")),
            _ => NodeApi.WriteAsync(context, Describe(before.Contract, entry, fate, existed), ApiJson.Default.EntryAnswer),
        }).ConfigureAwait(false);
    }

    private async Task<EntryFate> ReadBackAsync(ContractState state, SignedEntry entry, CancellationToken cancellation)
    {
        var (changes, tookBack) = (Changes(entry), default(NodeId?));
        while (true)
        {
            var page = await ledger.ReadAsync(state.Contract, state.Height, LedgerPage.MaxEntries, cancellation).ConfigureAwait(false);
            foreach (var next in page.Entries)
            {
                var isFirst = state.Height == 0;
                (state, var refusal) = AnyContract.Apply(state, next, kernel.State.Certifier);
                if (IsSame(next.Entry, entry))
                    return new EntryFate(state.Height - 1, refusal, tookBack);
                if (changes && refusal == Refusal.None && state.Height > entry.Body.SeenHeight && Changes(next.Entry))
                    tookBack = next.Entry.Body.Author;
                // Another founding came first. The body of this one under another key founds nothing, and is passed over.
                if (isFirst && (refusal == Refusal.None || next.Entry.Id != entry.Id))
                    return new EntryFate(0, Refusal.AlreadyFounded, null);
            }

            if (page.Entries.IsEmpty)
                await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    // Anyone can append the same body under another key.
    private static bool IsSame(SignedEntry one, SignedEntry other) => one.Id == other.Id && one.Key.Equals(other.Key);

    private static EntryAnswer Describe(ContractId contract, SignedEntry entry, EntryFate fate, bool existed) => new(
        contract.Value, entry.Id.ToString(), fate.Height, fate.Refusal == Refusal.None ? null : fate.Refusal.ToString(),
        fate.Refusal == Refusal.None ? null : RefusalSentences.Of(fate.Refusal), existed);

    private static EntryCheck Refused(Refusal refusal) => new(refusal, RefusalSentences.Of(refusal));

    private static Task RefuseAsync(HttpContext context, EntryCheck check) => check.Refusal == Refusal.NotPermitted
        ? Problem.NotPermittedAsync(context, check.Sentence)
        : Problem.ConflictAsync(context, check.Sentence, check.Refusal == Refusal.None ? null : check.Refusal.ToString());

    private static NodeId Caller(HttpContext context) => context.Features.Get<IPeerIdentityFeature>()!.Node;

    private static bool Changes(SignedEntry entry) => AnyContract.Decode(entry.Body.Payload) is ChangeSettings;

    /// <param name="Height">Where the entry stands.</param>
    /// <param name="Refusal">Why the contract refuses it.</param>
    /// <param name="TookBack">Of a change of settings, who changed them after its author had read them; null for nobody.</param>
    private sealed record EntryFate(long Height, Refusal Refusal, NodeId? TookBack);
}
