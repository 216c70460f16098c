namespace Starling.Core.Merging;

/// <summary>Runs blocks one after another.</summary>
public sealed class SerialBlocks : IBlockScheduler
{
    /// <summary>The only one that is needed.</summary>
    public static SerialBlocks Instance { get; } = new();

    /// <inheritdoc/>
    public void ForEach(int blocks, Action<int> body)
    {
        for (var block = 0; block < blocks; block++)
            body(block);
    }
}
