namespace Starling.Core.Models;

/// <summary>An integer or truth-value tensor, widened to 64 bits in memory.</summary>
/// <param name="Spec">Name, stored type and shape.</param>
/// <param name="Values">The elements, row-major.</param>
public sealed record IntegerTensor(TensorSpec Spec, long[] Values);
