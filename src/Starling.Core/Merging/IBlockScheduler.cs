namespace Starling.Core.Merging;

/// <summary>Runs the blocks of a merge: one after another, or on all cores at the edge. The result does not depend on it.</summary>
public interface IBlockScheduler
{
    /// <summary>Runs the body once for each block from 0, in any order, and returns when all are done.</summary>
    void ForEach(int blocks, Action<int> body);
}
