namespace Starling.Cli.Reports.Drawing;

/// <summary>What a node did in a block of rounds.</summary>
/// <param name="Led">Rounds that it led to their commit.</param>
/// <param name="Replaced">Terms that it led and lost.</param>
/// <param name="Absent">Committed rounds whose merge lacks its update.</param>
/// <param name="Named">Rounds that named it.</param>
/// <param name="Restarts">How often it was started again.</param>
internal sealed record LaneCell(int Led, int Replaced, int Absent, int Named, int Restarts);
