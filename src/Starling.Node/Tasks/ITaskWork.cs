using Starling.Core.Kernel;
using Starling.Core.Tasks;

namespace Starling.Node.Tasks;

/// <summary>Carries out one kind of task.</summary>
public interface ITaskWork
{
    /// <summary>Which kind.</summary>
    TaskKind Kind { get; }

    /// <summary>Does the work. What an earlier attempt left behind is ended or taken up first.</summary>
    /// <param name="order">What to do.</param>
    /// <param name="report">Receives how it goes; may be called from any thread, and as often as there is something to say.</param>
    /// <param name="cancellation">Ends the work, and everything that it started, before this returns.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="TaskException">The task cannot be carried out here; the message says why and what to do.</exception>
    Task<WorkReport> CarryOutAsync(StartWork order, Action<WorkReport> report, CancellationToken cancellation);
}
