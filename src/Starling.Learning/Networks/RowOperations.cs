using System.Numerics;
using System.Runtime.InteropServices;

namespace Starling.Learning.Networks;

/// <summary>What a layer does to a row-major batch besides its matrix product.</summary>
internal static class RowOperations
{
    /// <summary>Adds the bias to each row, then replaces negatives by 0.</summary>
    public static void AddThenRectify(Span<float> rows, ReadOnlySpan<float> bias)
    {
        var count = Vector<float>.Count;
        for (; rows.Length > 0; rows = rows[bias.Length..])
        {
            var i = 0;
            for (; i + count <= bias.Length; i += count)
                Vector.Max(Vector<float>.Zero, new Vector<float>(rows[i..]) + new Vector<float>(bias[i..])).CopyTo(rows[i..]);
            for (; i < bias.Length; i++)
                rows[i] = MathF.Max(0, rows[i] + bias[i]);
        }
    }

    /// <summary>Adds the bias to each row, then turns it into probabilities: <c>exp(z - max z)</c> divided by its sum.</summary>
    public static void AddThenSoftmax(Span<float> rows, ReadOnlySpan<float> bias)
    {
        for (; rows.Length > 0; rows = rows[bias.Length..])
        {
            var row = rows[..bias.Length];
            var largest = float.NegativeInfinity;
            for (var i = 0; i < row.Length; i++)
            {
                row[i] += bias[i];
                largest = MathF.Max(largest, row[i]);
            }

            var sum = 0f;
            foreach (ref var value in row)
                sum += value = MathF.Exp(value - largest);
            foreach (ref var value in row)
                value /= sum;
        }
    }

    /// <summary>
    /// Writes <c>(probability - one-hot label) / rows</c> to <paramref name="delta"/>; returns the mean cross-entropy in nats.
    /// </summary>
    public static double CrossEntropyDelta(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels, Span<float> delta)
    {
        var classes = probabilities.Length / labels.Length;
        var share = 1f / labels.Length;
        var loss = 0.0;
        for (var row = 0; row < labels.Length; row++)
        {
            var p = probabilities.Slice(row * classes, classes);
            loss += Loss(p[labels[row]]);
            var d = delta.Slice(row * classes, classes);
            for (var i = 0; i < classes; i++)
                d[i] = p[i] * share;
            d[labels[row]] -= share;
        }

        return loss / labels.Length;
    }

    /// <summary>
    /// The cross-entropy of a row whose true class was given this probability, in nats; at most that of the smallest normal float.
    /// </summary>
    public static double Loss(float probability) =>
        float.IsNaN(probability) ? double.NaN : -Math.Log(MathF.Max(probability, 1.17549435e-38f));

    /// <summary>Writes the sum over rows, column by column.</summary>
    public static void SumRows(ReadOnlySpan<float> rows, Span<float> sums)
    {
        sums.Clear();
        var count = Vector<float>.Count;
        for (; rows.Length > 0; rows = rows[sums.Length..])
        {
            var i = 0;
            for (; i + count <= sums.Length; i += count)
                (new Vector<float>(sums[i..]) + new Vector<float>(rows[i..])).CopyTo(sums[i..]);
            for (; i < sums.Length; i++)
                sums[i] += rows[i];
        }
    }

    /// <summary>Writes the transpose of a matrix of rows x columns.</summary>
    public static void Transpose(ReadOnlySpan<float> matrix, int rows, int columns, Span<float> transposed)
    {
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                transposed[(column * rows) + row] = matrix[(row * columns) + column];
    }

    /// <summary>Sets to 0 every delta whose activation is not positive.</summary>
    public static void MaskByPositive(Span<float> deltas, ReadOnlySpan<float> activations)
    {
        var d = MemoryMarshal.Cast<float, Vector<float>>(deltas);
        var a = MemoryMarshal.Cast<float, Vector<float>>(activations[..deltas.Length]);
        for (var i = 0; i < d.Length; i++)
            d[i] = Vector.ConditionalSelect(Vector.GreaterThan(a[i], Vector<float>.Zero), d[i], Vector<float>.Zero);
        for (var i = d.Length * Vector<float>.Count; i < deltas.Length; i++)
            deltas[i] = activations[i] > 0 ? deltas[i] : 0;
    }
}
