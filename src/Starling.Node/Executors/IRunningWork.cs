namespace Starling.Node.Executors;

/// <summary>A program that was started. Disposing ends it at once.</summary>
public interface IRunningWork : IAsyncDisposable
{
    /// <summary>Its name on this host.</summary>
    WorkId Id { get; }

    /// <summary>What it wrote to its standard output.</summary>
    OutputRing Output { get; }

    /// <summary>What it wrote to its standard error.</summary>
    OutputRing ErrorOutput { get; }

    /// <summary>What it used so far, as of the last look: four times a second.</summary>
    ResourceUse Use { get; }

    /// <summary>Completes when nothing of the work runs any more. Never fails.</summary>
    Task<WorkResult> Completion { get; }

    /// <summary>Asks every process of the work to end (SIGTERM), and after the grace ends them (SIGKILL).</summary>
    /// <returns>The result: <see cref="WorkEnd.Cancelled"/>, unless the work had ended before.</returns>
    Task<WorkResult> StopAsync(TimeSpan grace);
}
