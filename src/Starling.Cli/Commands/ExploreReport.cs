namespace Starling.Cli.Commands;

/// <summary>What <c>starling explore --json</c> prints.</summary>
/// <param name="States">States that differ in what matters.</param>
/// <param name="Edges">Steps between them.</param>
/// <param name="Depth">Steps to the farthest.</param>
/// <param name="Owing">States from which every fair run must commit.</param>
/// <param name="Seconds">Real seconds.</param>
/// <param name="Whole">Whether every state was visited.</param>
/// <param name="Violations">Rules that are broken: none or one, since the first ends the exploration.</param>
/// <param name="Rule">The rule, or null.</param>
/// <param name="What">How it is broken, or null.</param>
/// <param name="Run">The shortest run that breaks it.</param>
/// <param name="Loop">What then happens again and again.</param>
internal sealed record ExploreReport(
    int States, long Edges, int Depth, int Owing, double Seconds, bool Whole, int Violations, string? Rule, string? What,
    IReadOnlyList<string> Run, IReadOnlyList<string> Loop);
