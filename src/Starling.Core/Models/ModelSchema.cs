using System.Collections.Immutable;
using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Core.Models;

/// <summary>The names, types and shapes of a model's tensors, sorted by name (ordinal). Two states can be merged if their schemas' hashes are equal.</summary>
public sealed class ModelSchema
{
    private readonly ImmutableArray<long> offsets;

    /// <summary>Describes a model. The tensors may come in any order.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name.</exception>
    public ModelSchema(IEnumerable<TensorSpec> tensors)
    {
        Tensors = [.. tensors.OrderBy(t => t.Name, StringComparer.Ordinal)];
        var starts = ImmutableArray.CreateBuilder<long>(Tensors.Length);
        for (var i = 0; i < Tensors.Length; i++)
        {
            if (i > 0 && Tensors[i].Name == Tensors[i - 1].Name)
                throw new ArgumentException($"Two tensors are named '{Tensors[i].Name}'.", nameof(tensors));
            starts.Add(FloatCount);
            if (Tensors[i].IsFloat)
                FloatCount = checked(FloatCount + Tensors[i].Count);
        }

        offsets = starts.MoveToImmutable();
        Hash = Digest.Of(new CanonicalWriter().List(Tensors, (writer, tensor) => writer
            .Text(tensor.Name).Byte((byte)tensor.Type).List(tensor.Shape, (w, dimension) => w.Int64(dimension))).Written);
    }

    /// <summary>The tensors by name.</summary>
    public ImmutableArray<TensorSpec> Tensors { get; }

    /// <summary>How many floats the flat buffer holds.</summary>
    public long FloatCount { get; }

    /// <summary>The digest of names, types and shapes.</summary>
    public Digest Hash { get; }

    /// <summary>Where a tensor stands in <see cref="Tensors"/>, or -1.</summary>
    public int IndexOf(string name)
    {
        int low = 0, high = Tensors.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(Tensors[middle].Name, name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return -1;
    }

    /// <summary>Where a float tensor's first element lies in the flat buffer.</summary>
    public long OffsetOf(int tensor) => offsets[tensor];

    /// <summary>Which float tensor holds an element of the flat buffer: its place in <see cref="Tensors"/>.</summary>
    /// <param name="element">From 0 up to but not including <see cref="FloatCount"/>.</param>
    public int TensorAt(long element)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(element);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(element, FloatCount);
        int low = 0, high = Tensors.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (offsets[middle] <= element)
                low = middle;
            else
                high = middle - 1;
        }

        // Tensors without elements, and integers, begin where the next one does, so the last one that begins here holds the element.
        return low;
    }
}
