namespace Starling.Core.Models;

/// <summary>What reading a safetensors header came to: a header, or a refusal.</summary>
/// <param name="Header">The header; null if it is refused.</param>
/// <param name="Error">Why it is refused; null if it is not.</param>
/// <param name="Detail">What offends, for people: a tensor's name, a number. Empty without an error.</param>
public sealed record SafetensorsHeaderResult(SafetensorsHeader? Header, SafetensorsError? Error, string Detail);
