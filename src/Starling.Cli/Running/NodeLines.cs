using System.Globalization;
using Starling.Cli.Terminal;

namespace Starling.Cli.Running;

/// <summary>A line for each node every so often, for those who see no table.</summary>
internal sealed class NodeLines
{
    /// <summary>The least time between two tellings, by the nodes' clocks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private const int MostNodes = 32;

    private DateTimeOffset? last;

    /// <summary>The lines, if it is time for them.</summary>
    /// <param name="progress">What the nodes told.</param>
    /// <param name="now">When the latest of it happened.</param>
    public IEnumerable<string> At(RunProgress progress, DateTimeOffset now)
    {
        last ??= now;
        if (now - last < Interval)
            return [];
        last = now;
        var lines = progress.Nodes.Take(MostNodes).Select(node => Line(node, progress.Rounds));
        return progress.Nodes.Count <= MostNodes ? lines : lines.Append($"  and {progress.Nodes.Count - MostNodes} more nodes");
    }

    private static string Line(NodeView node, long rounds) => string.Create(CultureInfo.InvariantCulture,
        $"  {node.Name}: {node.Doing}, {node.Round} of {rounds} rounds, own loss {Quantity.Number(node.Local?.Loss)}, own accuracy {Quantity.Percent(node.Local?.Accuracy)}, "
        + $"left {Quantity.Time(node.Remaining(rounds))}");
}
