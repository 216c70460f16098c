using System.Collections.Immutable;

namespace Starling.Core.Models;

/// <summary>What a schema says of one tensor.</summary>
/// <param name="Name">The tensor's name, 1 to 256 characters.</param>
/// <param name="Type">How its elements are stored in a file; floats are float32 in memory whatever they are on disk.</param>
/// <param name="Shape">Its dimensions; none for a scalar.</param>
public readonly record struct TensorSpec(string Name, ElementType Type, ImmutableArray<long> Shape)
{
    /// <summary>A float32 tensor.</summary>
    public TensorSpec(string name, params ReadOnlySpan<long> shape)
        : this(name, ElementType.F32, [.. shape])
    {
    }

    /// <summary>Whether the elements are floats, which lie in the flat buffer; integers ride along.</summary>
    public bool IsFloat => Type <= ElementType.BF16;

    /// <summary>The number of elements: the product of the dimensions, 1 for a scalar.</summary>
    public long Count
    {
        get
        {
            var count = 1L;
            foreach (var dimension in Shape)
                count = checked(count * dimension);
            return count;
        }
    }

    /// <summary>What the elements take in a file, in bytes.</summary>
    public long StoredBytes => checked(Count * Type.Size());

    /// <inheritdoc/>
    public bool Equals(TensorSpec other) =>
        Name == other.Name && Type == other.Type && Shape.AsSpan().SequenceEqual(other.Shape.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Name, StringComparison.Ordinal);
}
