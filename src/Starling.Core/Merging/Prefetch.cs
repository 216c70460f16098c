using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Starling.Core.Merging;

/// <summary>
/// Asks for the next piece of a row while this one is computed with: the processor's own guesses end at each page and at each
/// change of rows. These are hints. Nothing is read, so that any address will do; if the collector moves the row, or it goes on
/// elsewhere, only time is lost.
/// </summary>
internal static unsafe class Prefetch
{
    /// <summary>Where a row goes on if it is part of a state in memory.</summary>
    internal static nint AddressAfter(ReadOnlySpan<float> row) =>
        (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(row)) + (row.Length * sizeof(float));

    /// <summary>Asks for the line of an element, sixteen float32, into the second-level cache.</summary>
    internal static void Line(nint upcoming, nuint element)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1((float*)upcoming + element);
    }
}
