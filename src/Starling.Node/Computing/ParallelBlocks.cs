using Starling.Core.Merging;

namespace Starling.Node.Computing;

/// <summary>Runs the blocks of a merge on all cores, and gives up between blocks.</summary>
/// <param name="cores">How many blocks at a time, at least 1.</param>
/// <param name="cancellation">Gives up.</param>
internal sealed class ParallelBlocks(int cores, CancellationToken cancellation) : IBlockScheduler
{
    /// <inheritdoc/>
    public void ForEach(int blocks, Action<int> body)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = cores, CancellationToken = cancellation };
        try
        {
            Parallel.For(0, blocks, options, body);
        }
        catch (AggregateException faults)
        {
            // Which block failed first is chance, and of no use to anybody.
            throw faults.InnerExceptions.OfType<IOException>().FirstOrDefault() ?? faults.InnerExceptions[0];
        }
    }
}
