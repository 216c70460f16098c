using Starling.Api.Events;

namespace Starling.Cli.Running;

/// <summary>Shows how a run goes. Called by one thread at a time.</summary>
internal abstract class RunView : IAsyncDisposable
{
    /// <summary>Something happened that the nodes themselves do not tell.</summary>
    public abstract void Say(string line);

    /// <summary>A node told something, which the progress has in it already.</summary>
    public abstract void Told(RunProgress progress, NodeView node, ApiEvent told);

    /// <summary>Begins to show.</summary>
    public abstract void Begin(RunMonitor monitor);

    /// <summary>Shows the last state, and nothing any more.</summary>
    public abstract ValueTask DisposeAsync();
}
