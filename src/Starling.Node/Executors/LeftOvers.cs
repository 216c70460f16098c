namespace Starling.Node.Executors;

/// <summary>What runs on when a node is killed, found again by its control group or its mark.</summary>
internal static class LeftOvers
{
    /// <summary>Ends every work of an earlier life.</summary>
    /// <param name="marks">What their marks start with.</param>
    /// <param name="tree">Where their control groups are.</param>
    /// <exception cref="ExecutorException">Some cannot be ended.</exception>
    public static async Task EndAsync(string marks, ControlGroupTree tree)
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
