namespace Starling.Node.Executors;

/// <summary>What runs on when a node is killed, found again by its control group or its mark.</summary>
public static class LeftOvers
{
    /// <summary>Ends every work of an executor that an earlier life opened, without opening it again.</summary>
    /// <param name="executor">Its name.</param>
    /// <param name="options">As that life gave them.</param>
    /// <exception cref="ExecutorException">Some cannot be ended.</exception>
    public static async Task EndAsync(string executor, ExecutorOptions options)
    {
        // No executor was ever opened without its folder.
        if (OperatingSystem.IsLinux() && Directory.Exists(options.Folder))
            await EndAsync(ExecutorHost.Marks(executor, options), ExecutorHost.FindGroups(options)).ConfigureAwait(false);
    }

    /// <summary>Ends every work of an earlier life.</summary>
    /// <param name="marks">What their marks start with.</param>
    /// <param name="tree">Where their control groups are.</param>
    /// <exception cref="ExecutorException">Some cannot be ended.</exception>
    internal static async Task EndAsync(string marks, ControlGroupTree tree)
    {
        var clean = true;
        foreach (var group in tree.Existing(marks).Append(null).ToArray())
        {
            var processes = new WorkProcesses(marks, group, new WorkLimits());
            clean &= await processes.KillAsync().ConfigureAwait(false);
            await processes.ReleaseAsync().ConfigureAwait(false);
        }

        if (!clean)
            throw new ExecutorException(
                $"Programs of an earlier life of this node ({marks}*) still run and cannot be ended; restart the host.");
    }
}
