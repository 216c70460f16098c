using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Starling.Core.Merging;

/// <summary>
/// Rented memory that begins at a multiple of the widest vector's size: elsewhere each load and store would touch two cache lines, which
/// takes half of the speed. If the collector moves the memory, that is lost and nothing else.
/// </summary>
internal readonly ref struct AlignedBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly T[] rented;

    /// <summary>Rents room for so many elements, whose values are anything.</summary>
    internal AlignedBuffer(int length)
    {
        rented = ArrayPool<T>.Shared.Rent(length + (Alignment / Unsafe.SizeOf<T>()));
        Span = rented.AsSpan(Misaligned(ref MemoryMarshal.GetArrayDataReference(rented)), length);
    }

    /// <summary>The elements.</summary>
    internal Span<T> Span { get; }

    /// <summary>How many elements there are before the next multiple of the widest vector's size.</summary>
    internal static int Misaligned(ref T first) =>
        (int)(-Unsafe.ByteOffset(ref Unsafe.NullRef<T>(), ref first) & (Alignment - 1)) / Unsafe.SizeOf<T>();

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<T>.Shared.Return(rented);
}
