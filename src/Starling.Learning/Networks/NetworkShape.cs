using Starling.Core.Models;

namespace Starling.Learning.Networks;

/// <summary>What a network looks like: the names and shapes of its tensors, and how to build it.</summary>
internal abstract class NetworkShape
{
    /// <summary>Features a row.</summary>
    public abstract int Columns { get; }

    /// <summary>The number of classes.</summary>
    public abstract int Classes { get; }

    /// <summary>The most floats that a layer keeps of a row.</summary>
    public abstract long RowFloats { get; }

    /// <summary>The tensors, in the order of the flat buffer, which is that of their names.</summary>
    public abstract IEnumerable<TensorSpec> Tensors { get; }

    /// <summary>
    /// Finds the shape whose tensors a schema may hold; whether it holds them all and no others is for the caller to compare.
    /// </summary>
    public static NetworkShape? Guess(ModelSchema schema) => (NetworkShape?)DenseShape.Guess(schema) ?? ConvolutionalShape.Guess(schema);

    /// <summary>Builds it.</summary>
    /// <param name="batch">The most rows handled at once.</param>
    public abstract INetwork Create(int batch);

    /// <summary>A tensor's dimensions if each is between 1 and a bound, else null.</summary>
    protected static int[]? Dimensions(ModelSchema schema, string name, int count) =>
        schema.IndexOf(name) is >= 0 and var index && schema.Tensors[index].Shape is var shape && shape.Length == count
            && shape.All(size => size is > 0 and <= int.MaxValue)
            ? [.. shape.Select(size => (int)size)]
            : null;
}
