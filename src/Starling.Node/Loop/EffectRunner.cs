using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Node.Events;
using Starling.Node.Tasks;

namespace Starling.Node.Loop;

/// <summary>Carries out a kernel's effects: what each of them does to the world is here, in one place.</summary>
public sealed class EffectRunner : IEffectRunner, IDisposable
{
    private readonly NodeParts parts;
    private readonly InputQueue queue;
    private readonly EventReporter reporter;
    private readonly Operations operations;
    private readonly ChunkFetcher chunks;
    private readonly WakeTimer timer;

    /// <summary>Prepares to carry out effects.</summary>
    /// <param name="parts">What they are carried out with.</param>
    /// <param name="queue">Receives completions.</param>
    /// <param name="clock">The node's clock.</param>
    /// <param name="reporter">Receives events.</param>
    /// <param name="fetcher">Fetches what peers hold.</param>
    public EffectRunner(NodeParts parts, InputQueue queue, KernelClock clock, EventReporter reporter, ChunkFetcher fetcher)
    {
        (this.parts, this.queue, this.reporter, chunks) = (parts, queue, reporter, fetcher);
        operations = new Operations(queue.Add, fault => Broken?.Invoke(fault));
        timer = new WakeTimer(clock, () => queue.Add(new Woke()));
    }

    /// <summary>Hears of what no completion can express: the node must end.</summary>
    public Action<Exception>? Broken { get; set; }

    /// <inheritdoc/>
    public void Begin(Effect effect)
    {
        switch (effect)
        {
            case SaveRecord e:
                // In line before the next effect begins: of two records of one key the later one must be the last.
                Save(e, token => parts.Journal.SaveAsync([e.Record], token), isShort: true);
                break;
            case SaveBlob e:
                Save(e, token => parts.Blobs.SaveAsync(e.Blob, token));
                break;
            case Sign e:
                queue.Add(new Signed(e.Id, parts.Signer.Sign(e.Bytes.AsSpan()))); // sooner done than handed to another thread
                break;
            case AppendEntry e:
                operations.Start(e, token => AppendAsync(e, token), _ => new AppendDone(e.Id, AppendOutcome.Unknown));
                break;
            case ReadLedger e:
                operations.Start(e, token => ReadAsync(e, token), fault => new LedgerReadFailed(e.Id, fault.Message), isShort: true);
                break;
            case MirrorEntries e:
                parts.Journal.Mirror(e.Contract, e.From, e.Entries);
                break;
            case OpenBlob e:
                operations.Start(e, token => OpenAsync(e, token), _ => new BlobOpened(e.Id, null, []));
                break;
            case FetchManifest e:
                operations.Start(e, token => chunks.FetchAsync(e, token), fault => new FetchFailed(e.Id, ChunkFetcher.FailureOf(fault)));
                break;
            case FetchChunk e:
                operations.Start(e, token => chunks.FetchAsync(e, token), fault => new FetchFailed(e.Id, ChunkFetcher.FailureOf(fault)));
                break;
            case Compute e:
                operations.Start(e, token => ComputeAsync(e, token), fault => new Computed(e.Id, new ComputationFailed(fault.Message)));
                break;
            case StartWork e:
                operations.Start(e, token => WorkAsync(e, token),
                    fault => new WorkEnded(e.Id, TaskHost.Failure($"{fault.GetType().Name}: {fault.Message}")));
                break;
            default:
                Do(effect);
                break;
        }
    }

    /// <inheritdoc/>
    public async Task StopAsync(TimeSpan limit)
    {
        timer.Set(Instant.Never);
        await Task.WhenAll(operations.StopAsync(limit), parts.Programs.StopAsync(limit)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    // Quick, and in the order in which the kernel asked: a blob that is let go and then wanted again must not be
    // deleted the other way round.
    private void Do(Effect effect)
    {
        switch (effect)
        {
            case Cancel e:
                operations.Cancel(e.Id);
                break;
            case Share e:
                parts.Blobs.Share(e.Blob, e.Contract, e.Audience);
                break;
            case Release e:
                parts.Blobs.Release(e.Blob);
                break;
            case Send e:
                parts.Network.Send(e.Peer, e.Message);
                break;
            case KeepPeers e:
                parts.Network.KeepPeers(e.Peers);
                break;
            case Deliver e:
                parts.Programs.Deliver(e.Assignment);
                break;
            case WakeAt e:
                timer.Set(e.At);
                break;
            case Report e:
                reporter.Report(e.Event);
                break;
            default:
                throw new InvalidOperationException($"Nothing carries out {effect.GetType().Name}.");
        }
    }

    private void Save(Operation operation, Func<CancellationToken, Task> save, bool isShort = false) => operations.Start(
        operation,
        async token =>
        {
            await save(token).ConfigureAwait(false);
            return new Saved(operation.Id);
        },
        fault => new SaveFailed(operation.Id, fault.Message), isShort);

    // What was not saved must not be announced: then nothing is written, and the kernel, which hears of the failed save, begins again.
    private async Task<Input> AppendAsync(AppendEntry e, CancellationToken token)
    {
        if (!await operations.WaitForSavesAsync(e.After, token).ConfigureAwait(false))
            return new AppendDone(e.Id, AppendOutcome.Unavailable);
        var (outcome, trouble) = await parts.Ledger.AppendAsync([e.Entry], token).ConfigureAwait(false);
        if (trouble is not null && parts.Silence.Sentence is null)
            reporter.Report(new Trouble(e.Entry.Body.Contract, trouble));
        return new AppendDone(e.Id, outcome);
    }

    private async Task<Input> WorkAsync(StartWork e, CancellationToken token) =>
        new WorkEnded(e.Id,
            await parts.Tasks.CarryOutAsync(e, report => queue.Add(new WorkProgressed(e.Id, report)), token).ConfigureAwait(false));

    private async Task<Input> ReadAsync(ReadLedger e, CancellationToken token) =>
        new LedgerRead(e.Id,
            await parts.Silence.HearAsync(() => parts.Ledger.ReadAsync(e.Contract, e.From, LedgerPage.MaxEntries, token))
                .ConfigureAwait(false));

    private async Task<Input> OpenAsync(OpenBlob e, CancellationToken token)
    {
        var (manifest, held) = await parts.Blobs.OpenAsync(e.Blob, token).ConfigureAwait(false);
        return new BlobOpened(e.Id, manifest, held);
    }

    private async Task<Input> ComputeAsync(Compute e, CancellationToken token) =>
        new Computed(e.Id, await parts.Computer.RunAsync(e.Computation, token).ConfigureAwait(false));
}
