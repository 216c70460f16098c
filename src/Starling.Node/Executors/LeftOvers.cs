namespace Starling.Node.Executors;

/// <summary>What runs on when a node is killed, found again by its control group or its mark.</summary>
/// <param name="signal">Sends a process a signal; null for the kernel's.</param>
public sealed class LeftOvers(Action<int, int>? signal = null)
{
    /// <summary>Ends every work of an executor that an earlier life opened, without opening it again.</summary>
    /// <param name="executor">Its name.</param>
    /// <param name="options">As that life gave them.</param>
    /// <param name="within">How long it may take in all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ExecutorException">Some cannot be ended.</exception>
    public async Task EndAsync(string executor, ExecutorOptions options, TimeSpan within, CancellationToken cancellation)
    {
        // No executor was ever opened without its folder.
        if (OperatingSystem.IsLinux() && Directory.Exists(options.Folder))
            await EndAsync(ExecutorHost.Marks(executor, options), ExecutorHost.FindGroups(options), within, cancellation)
                .ConfigureAwait(false);
    }

    /// <summary>Ends every work of an earlier life.</summary>
    /// <param name="marks">What their marks start with.</param>
    /// <param name="tree">Where their control groups are.</param>
    /// <param name="within">How long it may take in all.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ExecutorException">Some cannot be ended.</exception>
    internal async Task EndAsync(string marks, ControlGroupTree tree, TimeSpan within, CancellationToken cancellation)
    {
        var began = TimeProvider.System.GetTimestamp();
        async Task<bool> EndOneAsync(ControlGroup? group, TimeSpan most)
        {
            var processes = new WorkProcesses(marks, group, new WorkLimits(), signal);
            var ended = await processes.KillAsync(most, cancellation).ConfigureAwait(false);
            if (ended)
                await processes.ReleaseAsync().ConfigureAwait(false);
            return ended;
        }

        // All at once: one that does not end takes no time from the others.
        var groups = await Task.WhenAll(tree.Existing(marks).ToArray().Select(group => EndOneAsync(group, within))).ConfigureAwait(false);
        // A process that was just given up for carries its mark, too, and is not waited for again.
        var left = groups.Contains(false) ? TimeSpan.Zero : within - TimeProvider.System.GetElapsedTime(began);
        var rest = await EndOneAsync(null, left).ConfigureAwait(false);
        if (!rest || groups.Contains(false))
            throw new ExecutorException(
                $"Programs of an earlier life of this node ({marks}*) still run and cannot be ended; restart the host.");
    }
}
