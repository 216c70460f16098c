using System.Collections.Immutable;

namespace Starling.Core.Models;

/// <summary>
/// A model's weights: every float tensor one after another, in the schema's order, in one flat float32 buffer; integer tensors ride along.
/// </summary>
public sealed class ModelState : IModelSource, IModelSink
{
    /// <summary>A state of zeros.</summary>
    public ModelState(ModelSchema schema)
        : this(schema, new float[checked((int)schema.FloatCount)], schema.Tensors.Where(t => !t.IsFloat)
            .Select(t => new IntegerTensor(t, new long[checked((int)t.Count)])).ToImmutableArray())
    {
    }

    /// <summary>Wraps a buffer of <c>schema.FloatCount</c> floats and the schema's integer tensors in its order.</summary>
    /// <exception cref="ArgumentException">A size does not fit the schema.</exception>
    public ModelState(ModelSchema schema, float[] values, ImmutableArray<IntegerTensor> integers)
    {
        if (values.LongLength != schema.FloatCount)
            throw new ArgumentException($"The schema has {schema.FloatCount} floats, the buffer {values.LongLength}.", nameof(values));
        if (!integers.Select(t => t.Spec).SequenceEqual(schema.Tensors.Where(t => !t.IsFloat)))
            throw new ArgumentException("The integer tensors are not the schema's.", nameof(integers));
        Schema = schema;
        Values = values;
        Integers = integers;
    }

    /// <inheritdoc/>
    public ModelSchema Schema { get; }

    /// <summary>The flat buffer, <c>Schema.FloatCount</c> long.</summary>
    public float[] Values { get; }

    /// <summary>The integer tensors, in the schema's order.</summary>
    public ImmutableArray<IntegerTensor> Integers { get; }

    /// <summary>The elements of a float tensor, row-major.</summary>
    /// <exception cref="KeyNotFoundException">There is no float tensor of that name.</exception>
    public Span<float> Tensor(string name)
    {
        var index = Schema.IndexOf(name);
        if (index < 0 || !Schema.Tensors[index].IsFloat)
            throw new KeyNotFoundException($"The model has no float tensor '{name}'.");
        return Values.AsSpan((int)Schema.OffsetOf(index), (int)Schema.Tensors[index].Count);
    }

    /// <summary>A copy that shares nothing.</summary>
    public ModelState Clone() => new(Schema, (float[])Values.Clone(),
        [.. Integers.Select(t => new IntegerTensor(t.Spec, (long[])t.Values.Clone()))]);

    /// <inheritdoc/>
    public void Read(long offset, Span<float> destination) => Values.AsSpan((int)offset, destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public ReadOnlySpan<float> View(long offset, Span<float> scratch) => Values.AsSpan((int)offset, scratch.Length);

    /// <inheritdoc/>
    public void ReadIntegers(int tensor, long offset, Span<long> destination) =>
        IntegersAt(tensor).AsSpan((int)offset, destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<float> values) => values.CopyTo(Values.AsSpan((int)offset));

    /// <inheritdoc/>
    public void WriteIntegers(int tensor, long offset, ReadOnlySpan<long> values) => values.CopyTo(IntegersAt(tensor).AsSpan((int)offset));

    private long[] IntegersAt(int tensor)
    {
        var place = 0;
        for (var i = 0; i < tensor; i++)
            if (!Schema.Tensors[i].IsFloat)
                place++;
        return Integers[place].Values;
    }
}
