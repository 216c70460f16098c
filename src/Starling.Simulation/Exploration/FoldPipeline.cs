using Starling.Core.Training;

namespace Starling.Simulation.Exploration;

/// <summary>Members that append before they have read back: what no node does, and what the fold must bear all the same.</summary>
internal static class FoldPipeline
{
    /// <summary>After a reopening: a vote that is still under way no longer keeps its author from appending.</summary>
    public static FoldWorld Free(FoldWorld world) => world with
    {
        Members = [.. world.Members.Select(
            member => member.Entry is { Entry: AuditedFull } vote ? member with { Entry = null, Earlier = vote } : member)],
    };
}
