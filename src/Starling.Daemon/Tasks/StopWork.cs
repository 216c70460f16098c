using System.Globalization;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>
/// Ends whatever programs of earlier tasks are still there, and removes their work folders. A program ends with its task, so there is
/// something to end only where a host could not see to that.
/// </summary>
/// <param name="executors">By which programs run.</param>
internal sealed class StopWork(TaskExecutors executors) : ITaskWork
{
    /// <inheritdoc/>
    public TaskKind Kind => TaskKind.StopPrograms;

    /// <inheritdoc/>
    public async Task<WorkReport> CarryOutAsync(StartWork order, Action<WorkReport> report, CancellationToken cancellation)
    {
        var (removed, left) = await executors.CleanUpAsync(order).ConfigureAwait(false);
        var told = string.Create(CultureInfo.InvariantCulture,
            $"No program of an earlier task runs; {removed} work folders were removed.");
        return left.IsEmpty
            ? new WorkReport(WorkState.Complete, told, null, WorkUsage.None, "")
            : TaskHost.Failure($"{told} {string.Join(' ', left)}");
    }
}
