using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>
/// Puts newer content in the place of older, at once: whatever starts from now on has the newer one, and what runs
/// goes on with what it has.
/// </summary>
/// <param name="content">Where content lies.</param>
internal sealed class UpgradeWork(ContentStore content) : ITaskWork
{
    /// <inheritdoc/>
    public TaskKind Kind => TaskKind.UpgradeProgram;

    /// <inheritdoc/>
    public async Task<WorkReport> CarryOutAsync(StartWork order, Action<WorkReport> report, CancellationToken cancellation)
    {
        var (name, with) = (UpgradeOrder)TaskBody.Read(order.Task, []);
        using var lease = content.Lease(with);
        var newer = lease.Items[0];
        var before = content.Find(name);
        await content.CopyAsync(newer, name, cancellation).ConfigureAwait(false);
        return new WorkReport(WorkState.Complete,
            $"Content {name} is {newer.Digest} now; before it was {before?.Digest.ToString() ?? "not here"}.", null, WorkUsage.None, "");
    }
}
