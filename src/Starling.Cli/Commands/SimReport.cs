namespace Starling.Cli.Commands;

/// <summary>What <c>starling sim --json</c> prints.</summary>
/// <param name="Seeds">Seeds that ran.</param>
/// <param name="Violations">Seeds that broke a rule.</param>
/// <param name="Events">Events in all.</param>
/// <param name="Seconds">Real seconds.</param>
/// <param name="Counts">What happened how often, and how many bytes it took.</param>
/// <param name="Replays">For each seed that broke a rule, the command that shows it again.</param>
/// <param name="Drawn">Of a single seed, the settings that it has otherwise than the experiment, with their values; else null.</param>
internal sealed record SimReport(int Seeds, int Violations, long Events, double Seconds, IReadOnlyDictionary<string, long> Counts,
    IReadOnlyList<string> Replays, IReadOnlyDictionary<string, string>? Drawn = null);
