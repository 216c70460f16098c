using System.Threading.Channels;
using Starling.Core.Blobs;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Loop;

namespace Starling.Node.Tests.Loop;

public sealed class OperationsTests
{
    private static readonly BlobId Blob = new(Digest.Of("blob"u8));
    private readonly Channel<Input> completions = Channel.CreateUnbounded<Input>();
    private readonly TaskCompletionSource<Exception> broken = new();
    private readonly Operations operations;

    public OperationsTests() => operations = new Operations(input => completions.Writer.TryWrite(input), fault => broken.SetResult(fault));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = 10_000)]
    public async Task An_exception_becomes_the_failure_of_its_operation()
    {
        Save(1, Task.FromException(new IOException("the disk is full")));
        Assert.Equal(new SaveFailed(new OperationId(1), "the disk is full"), await completions.Reader.ReadAsync(Cancellation));
        Assert.Equal(0, operations.Count);
    }

    [Fact(Timeout = 10_000)]
    public async Task An_exception_that_no_completion_expresses_breaks_the_node()
    {
        operations.Start(new Sign(new OperationId(1), []), _ => throw new InvalidOperationException("no key"), _ => null);
        Assert.Equal("no key", (await broken.Task.WaitAsync(Cancellation)).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_short_operation_begins_on_the_callers_thread(bool isShort)
    {
        Thread? thread = null;
        var done = new LedgerReadFailed(new OperationId(1), "");
        operations.Start(new ReadLedger(done.Operation, ContractId.Parse("digits"), 0), _ =>
        {
            thread = Thread.CurrentThread;
            return Task.FromResult<Input>(done);
        }, _ => null, isShort);
        var begunHere = thread == Thread.CurrentThread;
        Assert.Equal(done, await completions.Reader.ReadAsync(Cancellation));
        Assert.Equal(isShort, begunHere);
    }

    // The store has made room for the blob by then.
    [Fact(Timeout = 10_000)]
    public async Task An_operation_that_left_a_blob_behind_completes_also_when_it_was_cancelled()
    {
        var begun = new TaskCompletionSource();
        var done = new TaskCompletionSource();
        var arrived = new ManifestArrived(new OperationId(1), BlobManifest.Of(new byte[3], 4096));
        operations.Start(new FetchManifest(new OperationId(1), ContractId.Parse("c"), NodeId.Create("t", "o", "n"), Blob, 10), async _ =>
        {
            begun.SetResult();
            await done.Task;
            return arrived;
        }, _ => null);
        await begun.Task.WaitAsync(Cancellation);
        operations.Cancel(new OperationId(1));
        done.SetResult();
        Assert.Equal(arrived, await completions.Reader.ReadAsync(Cancellation));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_cancelled_operation_completes_for_nobody()
    {
        var begun = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        operations.Start(new OpenBlob(new OperationId(1), Blob), async token =>
        {
            begun.SetResult();
            using var registration = token.Register(cancelled.SetResult);
            await cancelled.Task;
            return new BlobOpened(new OperationId(1), null, []);
        }, _ => null);
        await begun.Task.WaitAsync(Cancellation);
        operations.Cancel(new OperationId(1));
        await cancelled.Task.WaitAsync(Cancellation);
        Save(2, Task.CompletedTask);
        Assert.Equal(new Saved(new OperationId(2)), await completions.Reader.ReadAsync(Cancellation));
        Assert.False(completions.Reader.TryRead(out _));
    }

    [Fact(Timeout = 10_000)]
    public async Task What_waits_for_a_save_waits_until_it_is_on_disk()
    {
        var disk = new TaskCompletionSource();
        Save(1, disk.Task);
        var waiting = operations.WaitForSavesAsync([new OperationId(1)], Cancellation);
        Assert.False(waiting.IsCompleted);
        disk.SetResult();
        Assert.True(await waiting);
        await completions.Reader.ReadAsync(Cancellation);
        Assert.True(await operations.WaitForSavesAsync([new OperationId(1)], Cancellation));
    }

    [Fact(Timeout = 10_000)]
    public async Task What_waits_for_a_save_that_fails_or_failed_is_told()
    {
        var disk = new TaskCompletionSource();
        Save(1, disk.Task);
        var waiting = operations.WaitForSavesAsync([new OperationId(1)], Cancellation);
        disk.SetException(new IOException("no"));
        Assert.False(await waiting);
        await completions.Reader.ReadAsync(Cancellation);
        Assert.False(await operations.WaitForSavesAsync([new OperationId(1)], Cancellation));

        Save(2, new TaskCompletionSource().Task);
        operations.Cancel(new OperationId(2));
        Assert.False(await operations.WaitForSavesAsync([new OperationId(2)], Cancellation));
    }

    [Fact(Timeout = 10_000)]
    public async Task Stopping_lets_saves_finish_and_cancels_all_else()
    {
        var disk = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        Save(1, disk.Task);
        operations.Start(new OpenBlob(new OperationId(2), Blob), async token =>
        {
            using var registration = token.Register(cancelled.SetResult);
            await cancelled.Task;
            throw new OperationCanceledException(token);
        }, _ => null);
        var stopping = operations.StopAsync(TimeSpan.FromMinutes(1));
        await cancelled.Task.WaitAsync(Cancellation);
        Assert.False(stopping.IsCompleted);
        disk.SetResult();
        await stopping.WaitAsync(Cancellation);
        Save(3, Task.CompletedTask);
        Assert.Equal(0, operations.Count);
    }

    /// <summary>Red if the process of a node that stops ends before its programs have.</summary>
    [Fact(Timeout = 10_000)]
    public async Task Stopping_waits_for_tasks_to_end()
    {
        var cancelled = new TaskCompletionSource();
        var ended = new TaskCompletionSource();
        operations.Start(new StartWork(new OperationId(1), ContractId.Parse("runner"), 1, null!, 0), async token =>
        {
            using var registration = token.Register(cancelled.SetResult);
            await ended.Task;
            throw new OperationCanceledException(token);
        }, _ => null);
        var stopping = operations.StopAsync(TimeSpan.FromMinutes(1));
        await cancelled.Task.WaitAsync(Cancellation);
        await Task.Delay(50, Cancellation);
        Assert.False(stopping.IsCompleted);
        ended.SetResult();
        await stopping.WaitAsync(Cancellation);
    }

    private void Save(long id, Task disk) => operations.Start(
        new SaveBlob(new OperationId(id), Blob),
        async _ =>
        {
            await disk;
            return new Saved(new OperationId(id));
        },
        fault => new SaveFailed(new OperationId(id), fault.Message));
}
