namespace Starling.Simulation.Exploration;

/// <summary>A state from which some fair run never commits.</summary>
/// <param name="State">Its number.</param>
/// <param name="IsStuck">Whether nothing is due in it; otherwise a run goes round in its component for ever.</param>
/// <param name="Components">The component of each state.</param>
internal sealed record BadState(int State, bool IsStuck, int[] Components);
