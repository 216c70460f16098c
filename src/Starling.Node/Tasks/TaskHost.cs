using System.Collections.Frozen;
using Starling.Core.Configuration;
using Starling.Core.Kernel;
using Starling.Core.Tasks;

namespace Starling.Node.Tasks;

/// <summary>Carries out what task runners ask of this node. Whatever becomes of the work, the node goes on.</summary>
/// <param name="works">The kinds of tasks that it can carry out.</param>
public sealed class TaskHost(IEnumerable<ITaskWork> works)
{
    private readonly FrozenDictionary<TaskKind, ITaskWork> works = works.ToFrozenDictionary(work => work.Kind);

    /// <summary>Does the work.</summary>
    /// <returns>How it ended; that it cannot be done is an end, too.</returns>
    public async Task<WorkReport> CarryOutAsync(StartWork order, Action<WorkReport> report, CancellationToken cancellation)
    {
        if (!works.TryGetValue(order.Task.Kind, out var work))
            return Failure($"This node's version cannot carry out a task of the kind {order.Task.Kind}; upgrade it.");
        try
        {
            return await work.CarryOutAsync(order, report, cancellation).ConfigureAwait(false);
        }
        catch (StarlingException refused)
        {
            return Failure(refused.Message);
        }
    }

    /// <summary>The report of work that failed without a program.</summary>
    public static WorkReport Failure(string why) => new(WorkState.Failed, why, null, WorkUsage.None, "");
}
