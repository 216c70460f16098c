namespace Starling.Learning.Experiments;

/// <summary>How long a round waits for what.</summary>
/// <param name="Leader">Without progress of the leader, before it is suspected.</param>
/// <param name="Absent">Without anything accepted in the round, before it is reopened.</param>
/// <param name="Grace">For late nodes, once enough are ready.</param>
/// <param name="ClaimDelay">Between the claims of nodes of neighbouring ranks.</param>
public sealed record Timeouts(TimeSpan Leader, TimeSpan Absent, TimeSpan Grace, TimeSpan ClaimDelay)
{
    /// <summary>The defaults for a place.</summary>
    public static Timeouts Of(Preset preset) => preset switch
    {
        Preset.Lan => new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(200)),
        Preset.Wan => new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)),
        _ => new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(50)),
    };
}
