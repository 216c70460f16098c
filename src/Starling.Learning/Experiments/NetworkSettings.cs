using System.Collections.Immutable;

namespace Starling.Learning.Experiments;

/// <summary>
/// What an experiment says of its nodes' network; the <c>network</c> section of its file. The simulator draws links besides.
/// </summary>
/// <param name="MaxUploadRate">Bytes of blobs that a node uploads a second at most; <see cref="long.MaxValue"/> for no limit.</param>
/// <param name="Limited">The nodes that the limit holds for, counted from 1; empty for all.</param>
public sealed record NetworkSettings(long MaxUploadRate, ImmutableArray<int> Limited)
{
    /// <summary>The least limit, in bytes a second.</summary>
    public const long LeastUploadRate = 10_000;

    /// <summary>The limit of a node.</summary>
    /// <param name="node">Its place among the nodes, from 0.</param>
    public long Of(int node) => Limited.IsEmpty || Limited.Contains(node + 1) ? MaxUploadRate : long.MaxValue;
}
