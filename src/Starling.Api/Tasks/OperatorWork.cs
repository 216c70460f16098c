namespace Starling.Api.Tasks;

/// <summary>What an operator says of its work in a run.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="State">Where its work stands.</param>
/// <param name="Description">The same in words, and if it failed, why. Nothing cuts it short.</param>
/// <param name="ExitCode">What its program exited with; null while it runs, or if there is none.</param>
/// <param name="ElapsedSeconds">What it took on the clock.</param>
/// <param name="ProcessorSeconds">What it took of processor time.</param>
/// <param name="PeakMemoryBytes">The most memory at a time; 0 if that is not known.</param>
/// <param name="Output">The end of what its program wrote; all of it stays with the operator.</param>
public sealed record OperatorWork(
    string Operator, WorkWord State, string Description, int? ExitCode, double ElapsedSeconds, double ProcessorSeconds,
    long PeakMemoryBytes, string Output);
