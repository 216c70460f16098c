using System.Collections.Immutable;

namespace Starling.Core.Training;

/// <summary>
/// The sync interval of the next round, and the losses that it follows from. With <see cref="AdaptiveInterval"/> it grows by a
/// quarter while the windowed mean of the validation losses falls, and shrinks by a fifth when it does not, within the bounds.
/// Without, it is the settings' own.
/// </summary>
/// <remarks>
/// A round's loss is the median of what its contributors measured (the lower one of two in the middle), so that a minority cannot drive the
/// interval; a round in which nobody measured changes nothing.
/// </remarks>
/// <param name="Done">Local batches that a member trained in all committed rounds.</param>
/// <param name="Interval">Local batches until the next synchronisation.</param>
/// <param name="Losses">The losses of the latest rounds, oldest first: at most one more than the window.</param>
public sealed record SyncPace(long Done, int Interval, ImmutableArray<double> Losses)
{
    private const double LeastFall = 1e-6;

    /// <summary>The pace of a contract's first round.</summary>
    public static SyncPace First(TrainingSettings settings) => new SyncPace(0, settings.SyncInterval, []).Within(settings);

    /// <summary>The pace after a round committed.</summary>
    /// <param name="settings">The settings of the next round.</param>
    /// <param name="trained">How many batches the round had.</param>
    /// <param name="measured">What the contributors measured; values that are not finite were not measured.</param>
    public SyncPace After(TrainingSettings settings, int trained, IEnumerable<double> measured)
    {
        var after = this with { Done = Done + trained };
        var losses = measured.Where(double.IsFinite).Order().ToArray();
        if (settings.Adaptive is not { } adaptive || losses.Length == 0)
            return after.Within(settings);
        var known = Losses.Add(losses[(losses.Length - 1) / 2]);
        var next = Interval;
        if (known.Length > 1)
            next = IsLower(Mean(known, adaptive.Window), Mean(known[..^1], adaptive.Window))
                ? Interval + Math.Max(1, Interval / 4)
                : Interval - Math.Max(1, Interval / 5);
        return (after with { Interval = next, Losses = known }).Within(settings);
    }

    /// <summary>The pace under other settings.</summary>
    public SyncPace Within(TrainingSettings settings) => settings.Adaptive is { } adaptive
        ? this with
        {
            Interval = Math.Clamp(Interval, adaptive.Least, adaptive.Most),
            Losses = Losses.Length > adaptive.Window + 1 ? Losses[^(adaptive.Window + 1)..] : Losses
        }
        : this with { Interval = settings.SyncInterval, Losses = [] };

    // By more than what rounding can do.
    private static bool IsLower(double now, double before) => before - now > Math.Abs(before) * LeastFall;

    private static double Mean(ImmutableArray<double> losses, int window)
    {
        var latest = losses.Length > window ? losses[^window..] : losses;
        var sum = 0.0;
        // Each share is taken before the sum, which therefore cannot overflow.
        foreach (var loss in latest)
            sum += loss / latest.Length;
        return sum;
    }
}
