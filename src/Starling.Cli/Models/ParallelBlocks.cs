using Starling.Core.Merging;

namespace Starling.Cli.Models;

/// <summary>Runs the blocks of a merge on all cores.</summary>
/// <param name="cancellation">Gives up between blocks.</param>
internal sealed class ParallelBlocks(CancellationToken cancellation) : IBlockScheduler
{
    /// <inheritdoc/>
    public void ForEach(int blocks, Action<int> body) =>
        Parallel.For(0, blocks,
            new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, body);
}
