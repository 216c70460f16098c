namespace Starling.Simulation.Exploration;

/// <summary>What a state owes.</summary>
/// <param name="MustCommit">Whether every fair run from it must commit: enough honest nodes live, and they outnumber
/// the Byzantine ones.</param>
/// <param name="LacksReady">Whether the Ready of a live honest node is still to come, which comes in the end.</param>
/// <param name="AwaitsTime">Whether a node has a deadline before it that nothing but a Ready or a reopening puts off, and that
/// comes in the end.</param>
/// <param name="Ready">How many members are ready.</param>
internal readonly record struct Obligation(bool MustCommit, bool LacksReady, bool AwaitsTime, int Ready);
