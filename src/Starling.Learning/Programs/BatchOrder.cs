using Starling.Core.Kernel;

namespace Starling.Learning.Programs;

/// <summary>The order in which a round visits a node's rows: a fresh permutation for every pass over them.</summary>
internal sealed class BatchOrder
{
    private readonly SeededRandom random;
    private readonly int[] permutation;
    private int next;

    /// <summary>Starts a round.</summary>
    /// <param name="node">The node's stream; only forked from.</param>
    /// <param name="round">The round.</param>
    /// <param name="rows">How many rows the node holds, at least 1.</param>
    public BatchOrder(SeededRandom node, long round, int rows)
    {
        random = node.Fork($"round {round}");
        permutation = new int[rows];
        for (var i = 0; i < rows; i++)
            permutation[i] = i;
        next = rows;
    }

    /// <summary>The next row.</summary>
    public int Next()
    {
        if (next == permutation.Length)
        {
            random.Shuffle(permutation.AsSpan());
            next = 0;
        }

        return permutation[next++];
    }
}
