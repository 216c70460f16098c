using System.Diagnostics;
using Starling.Core.Tasks;
using Starling.Node.Programs;

namespace Starling.Node.Tasks;

/// <summary>A program in the node's own process: it ends when it is told nothing more.</summary>
/// <param name="session">The program.</param>
public sealed class InnerProgram(IProgramSession session) : ITaskProgram
{
    private readonly long began = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public IProgramSession Session => session;

    /// <inheritdoc/>
    public WorkUsage Usage => WorkUsage.None with { Elapsed = Stopwatch.GetElapsedTime(began) };

    /// <inheritdoc/>
    public Task<WorkReport> Early { get; } = new TaskCompletionSource<WorkReport>().Task;

    /// <inheritdoc/>
    public Task<WorkReport> FinishAsync(string description, CancellationToken cancellation) =>
        Task.FromResult(new WorkReport(WorkState.Complete, description, null, Usage, ""));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
