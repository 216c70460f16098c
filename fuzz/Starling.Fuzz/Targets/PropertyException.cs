namespace Starling.Fuzz.Targets;

/// <summary>A parser accepted an input and read it wrongly.</summary>
internal sealed class PropertyException(string message) : Exception(message);
