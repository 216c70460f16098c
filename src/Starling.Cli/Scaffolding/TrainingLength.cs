namespace Starling.Cli.Scaffolding;

/// <summary>How long a new project trains: some hundred batches and about as many merges as a person watches.</summary>
/// <param name="Epochs">How often each node goes over its rows.</param>
/// <param name="Sync">Batches between two merges.</param>
/// <param name="Rounds">Merges, that of the initial weights among them.</param>
internal sealed record TrainingLength(int Epochs, int Sync, long Rounds)
{
    private const int Batch = 32, FewBatches = 240, MostEpochs = 60, LeastSync = 5, UsualMerges = 60, MostSync = 1_000_000;

    /// <summary>Chooses it.</summary>
    /// <param name="rows">How many rows there are, of which each fifth is held back.</param>
    /// <param name="nodes">Among how many nodes they are divided.</param>
    public static TrainingLength Of(long rows, int nodes)
    {
        var batches = Math.Max(1, rows * 4 / 5 / nodes / Batch);
        var epochs = (int)Math.Clamp((FewBatches + batches - 1) / batches, 1, MostEpochs);
        var all = epochs * batches;
        var sync = (int)Math.Clamp((all + UsualMerges - 1) / UsualMerges, LeastSync, MostSync);
        return new TrainingLength(epochs, sync, 1 + ((all + sync - 1) / sync));
    }
}
