namespace Starling.Core.Models;

/// <summary>What is wrong with a model state. Everybody who checks the same state finds the same fault.</summary>
/// <param name="Kind">Why the state is refused.</param>
/// <param name="Tensor">The first tensor, by name, that is at fault.</param>
/// <param name="Index">The first element at fault within the tensor, row-major.</param>
public sealed record ModelFault(ModelFaultKind Kind, string Tensor, long Index)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ModelFaultKind.NotFinite => $"Element {Index} of tensor '{Tensor}' is not finite.",
        _ => $"Element {Index} of tensor '{Tensor}' is outside the range of its type.",
    };
}
