using Starling.Core.Models;

namespace Starling.Learning.Programs;

/// <summary>
/// An extra tensor of zeros that no program trains and every rule merges: it makes a small model large, to test transport and merging.
/// </summary>
public static class Padding
{
    /// <summary>The tensor's name. It sorts behind every trained tensor, so the trained floats are the head of the flat buffer.</summary>
    public const string TensorName = "padding";

    /// <summary>The tensors, and the padding behind them if there is any.</summary>
    /// <param name="tensors">What the program trains.</param>
    /// <param name="floats">How many floats of padding; none for 0.</param>
    public static IEnumerable<TensorSpec> Append(IEnumerable<TensorSpec> tensors, long floats) =>
        floats == 0 ? tensors : tensors.Append(new TensorSpec(TensorName, floats));

    /// <summary>Throws when a state has another schema than the program's.</summary>
    /// <exception cref="ArgumentException">It has.</exception>
    internal static void RequireSchema(ModelSchema schema, ModelState state)
    {
        if (state.Schema.Hash != schema.Hash)
            throw new ArgumentException($"The state's schema is {state.Schema.Hash.Short}, the program's {schema.Hash.Short}.",
                nameof(state));
    }
}
