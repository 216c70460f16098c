namespace Starling.Core.Models;

/// <summary>What reading a safetensors file came to: a state, or a refusal.</summary>
/// <param name="State">The state; null if the file is refused.</param>
/// <param name="Error">Why it is refused; null if it is not.</param>
/// <param name="Detail">What offends, for people: a tensor's name, a number. Empty without an error.</param>
public sealed record SafetensorsResult(ModelState? State, SafetensorsError? Error, string Detail);
