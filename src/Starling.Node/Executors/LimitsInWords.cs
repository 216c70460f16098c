using System.Collections.Immutable;

namespace Starling.Node.Executors;

/// <summary>Says which limits hold on this host, and how well.</summary>
internal static class LimitsInWords
{
    /// <summary>What is enforced, and what is not and why.</summary>
    /// <param name="groups">Where control groups can be made.</param>
    /// <param name="userIsLimited">Whether the kernel limits each work's processes anyway.</param>
    public static (ImmutableArray<string> Enforced, ImmutableArray<string> Missing) Of(ControlGroupTree groups, bool userIsLimited)
    {
        var enforced = ImmutableArray.CreateBuilder<string>();
        var missing = ImmutableArray.CreateBuilder<string>();
        enforced.Add("The time-out, processor time, the length of a file and the size of the work folder are limited; the folder is looked at several times a second, so that it may be over its limit for a moment.");
        enforced.Add("Nothing outlives its task.");
        const string remedy = "give the node control groups of its own (systemd: Delegate=yes)";
        if (groups.LimitsMemory)
            enforced.Add("Memory is limited by the kernel.");
        else
            missing.Add($"Memory is only sampled, so that it may be over its limit for a moment; {remedy}.");
        if (groups.LimitsProcesses || userIsLimited)
            enforced.Add("Processes are limited by the kernel.");
        else
            missing.Add($"Processes are only counted: a program that multiplies quickly can stall the host; {remedy}.");
        return (enforced.ToImmutable(), missing.ToImmutable());
    }
}
