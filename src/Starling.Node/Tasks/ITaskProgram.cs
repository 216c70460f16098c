using Starling.Core.Tasks;
using Starling.Node.Programs;

namespace Starling.Node.Tasks;

/// <summary>The program of a training task, in this process or another. Disposing ends it, and everything that it started.</summary>
public interface ITaskProgram : IAsyncDisposable
{
    /// <summary>What takes the contract's seat.</summary>
    IProgramSession Session { get; }

    /// <summary>What it uses so far.</summary>
    WorkUsage Usage { get; }

    /// <summary>Completes if the program ends before training has, with how; never, if it cannot.</summary>
    Task<WorkReport> Early { get; }

    /// <summary>Training has ended: lets the program end, too.</summary>
    /// <param name="description">What was done.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<WorkReport> FinishAsync(string description, CancellationToken cancellation);
}
