using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Starling.Core.Canonical;
using Starling.Core.Identity;

namespace Starling.Core.Models;

/// <summary>
/// The names, types and shapes of a model's tensors, sorted by name (ordinal). Two states can be merged if their schemas' hashes are equal.
/// </summary>
public sealed class ModelSchema
{
    private const int HashedBytes = 1024;

    private readonly ImmutableArray<long> offsets;

    /// <summary>Describes a model. The tensors may come in any order.</summary>
    /// <exception cref="ArgumentException">Two tensors have one name.</exception>
    public ModelSchema(IEnumerable<TensorSpec> tensors)
        : this([.. tensors.OrderBy(t => t.Name, StringComparer.Ordinal)])
    {
    }

    private ModelSchema(ImmutableArray<TensorSpec> sorted)
    {
        Tensors = sorted;
        var starts = new long[sorted.Length];
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i].Name == sorted[i - 1].Name)
                throw new ArgumentException($"Two tensors are named '{sorted[i].Name}'.", nameof(sorted));
            starts[i] = FloatCount;
            if (sorted[i].IsFloat)
                FloatCount = checked(FloatCount + sorted[i].Count);
        }

        offsets = ImmutableCollectionsMarshal.AsImmutableArray(starts);
        Hash = HashOf(sorted);
    }

    /// <summary>The tensors by name.</summary>
    public ImmutableArray<TensorSpec> Tensors { get; }

    /// <summary>How many floats the flat buffer holds.</summary>
    public long FloatCount { get; }

    /// <summary>How many bytes the integer tensors take, as a file stores them.</summary>
    /// <exception cref="OverflowException">More than any file holds.</exception>
    public long IntegerBytes => IntegerOffsetOf(Tensors.Length);

    /// <summary>The digest of names, types and shapes.</summary>
    public Digest Hash { get; }

    /// <summary>Describes a model by tensors that are sorted by name already, without a copy of them.</summary>
    internal static ModelSchema OfSorted(ImmutableArray<TensorSpec> tensors) => new(tensors);

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

    /// <summary>Where an integer tensor's first byte lies among <see cref="IntegerBytes"/>.</summary>
    public long IntegerOffsetOf(int tensor)
    {
        var offset = 0L;
        for (var i = 0; i < tensor; i++)
            if (!Tensors[i].IsFloat)
                offset = checked(offset + Tensors[i].StoredBytes);
        return offset;
    }

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

    // A stranger's header may name many tensors: their canonical bytes are hashed as they are written.
    private static Digest HashOf(ImmutableArray<TensorSpec> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var writer = new CanonicalWriter().Int32(tensors.Length);
        foreach (var tensor in tensors)
        {
            writer.Text(tensor.Name).Byte((byte)tensor.Type).Int32(tensor.Shape.Length);
            foreach (var dimension in tensor.Shape)
                writer.Int64(dimension);
            if (writer.Written.Length < HashedBytes)
                continue;
            hash.AppendData(writer.Written);
            writer.Clear();
        }

        hash.AppendData(writer.Written);
        return new Digest(hash.GetHashAndReset());
    }
}
