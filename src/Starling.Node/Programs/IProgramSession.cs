using Starling.Core.Kernel;

namespace Starling.Node.Programs;

/// <summary>
/// A program as its node sees it, in this process or another. The host gives it one assignment at a time and never a second one
/// before the first has ended.
/// </summary>
public interface IProgramSession
{
    /// <summary>Whether the program is there: one in another process may not have come yet.</summary>
    bool IsOpen => true;

    /// <summary>
    /// Measures the base and trains from it; for a last assignment, measures it only. May throw anything: the host
    /// reports it and tries again.
    /// </summary>
    /// <param name="assignment">What to do.</param>
    /// <param name="report">Receives what happens meanwhile; may be called from any thread.</param>
    /// <param name="cancellation">Gives up, since there is other work or the node stops.</param>
    /// <returns>The update, which is complete in the blob store; null after a last assignment.</returns>
    Task<UpdateReady?> CarryOutAsync(Assignment assignment, Action<NodeEvent> report, CancellationToken cancellation);
}
