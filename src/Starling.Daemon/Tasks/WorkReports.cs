using Starling.Core.Tasks;
using Starling.Node.Executors;

namespace Starling.Daemon.Tasks;

/// <summary>What is told of a program to whoever assigned its task.</summary>
internal static class WorkReports
{
    /// <summary>What a program used.</summary>
    public static WorkUsage Usage(ResourceUse use) => new(use.Wall, use.ProcessorTime, use.PeakMemoryBytes);

    /// <summary>How a program ended.</summary>
    public static WorkReport Of(WorkResult result, string description, bool complete)
    {
        var remarks = result.Remarks.IsDefaultOrEmpty ? "" : " " + string.Join(' ', result.Remarks);
        var output = string.Join('\n', new[] { result.LastOutput.Trim(), result.LastErrorOutput.Trim() }.Where(text => text.Length > 0));
        return new WorkReport(complete ? WorkState.Complete : WorkState.Failed, description + remarks, result.ExitCode, Usage(result.Use),
            output);
    }
}
