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
        var removed = await executors.CleanUpAsync(order).ConfigureAwait(false);
        return new WorkReport(WorkState.Complete,
            string.Create(CultureInfo.InvariantCulture, $"No program of an earlier task runs; {removed} work folders were removed."), null,
            WorkUsage.None, "");
    }
}
