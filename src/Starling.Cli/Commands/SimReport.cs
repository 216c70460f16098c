namespace Starling.Cli.Commands;

/// <summary>What <c>starling sim --json</c> prints.</summary>
/// <param name="Seeds">Seeds that ran.</param>
/// <param name="Violations">Seeds that broke a rule.</param>
/// <param name="Events">Events in all.</param>
/// <param name="Seconds">Real seconds.</param>
/// <param name="Replays">For each seed that broke a rule, the command that shows it again.</param>
internal sealed record SimReport(int Seeds, int Violations, long Events, double Seconds, IReadOnlyList<string> Replays);
