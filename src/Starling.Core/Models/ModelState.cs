using System.Collections.Immutable;

namespace Starling.Core.Models;

/// <summary>
/// A model's weights: every float tensor one after another, in the schema's order, in one flat float32 buffer; integer
/// tensors ride along in another.
/// </summary>
public sealed class ModelState : IModelSource, IModelSink
{
    private readonly byte[] integers;

    /// <summary>A state of zeros.</summary>
    public ModelState(ModelSchema schema)
        : this(schema, HugePages.Allocate(schema.FloatCount), new byte[checked((int)schema.IntegerBytes)])
    {
    }

    /// <summary>
    /// Wraps a buffer of <c>schema.FloatCount</c> floats, and one of <c>schema.IntegerBytes</c> bytes: the integer
    /// tensors as a file stores them.
    /// </summary>
    /// <exception cref="ArgumentException">A size does not fit the schema.</exception>
    public ModelState(ModelSchema schema, float[] values, byte[] integers)
    {
        if (values.LongLength != schema.FloatCount)
            throw new ArgumentException($"The schema has {schema.FloatCount} floats, the buffer {values.LongLength}.", nameof(values));
        if (integers.LongLength != schema.IntegerBytes)
            throw new ArgumentException($"The schema's integers take {schema.IntegerBytes} bytes, the buffer has {integers.LongLength}.",
                nameof(integers));
        Schema = schema;
        Values = values;
        this.integers = integers;
    }

    /// <inheritdoc/>
    public ModelSchema Schema { get; }

    /// <summary>The flat buffer, <c>Schema.FloatCount</c> long.</summary>
    public float[] Values { get; }

    /// <summary>The integer tensors, in the schema's order. What is written to them is written to the state.</summary>
    public ImmutableArray<IntegerTensor> Integers
    {
        get
        {
            var tensors = ImmutableArray.CreateBuilder<IntegerTensor>();
            var rest = integers.AsMemory();
            foreach (var spec in Schema.Tensors)
                if (!spec.IsFloat)
                {
                    tensors.Add(new IntegerTensor(spec, rest[..(int)spec.StoredBytes]));
                    rest = rest[(int)spec.StoredBytes..];
                }

            return tensors.ToImmutable();
        }
    }

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
    public ModelState Clone() => new(Schema, (float[])Values.Clone(), (byte[])integers.Clone());

    /// <inheritdoc/>
    public void Read(long offset, Span<float> destination) => Values.AsSpan((int)offset, destination.Length).CopyTo(destination);

    /// <inheritdoc/>
    public ReadOnlySpan<float> View(long offset, Span<float> scratch) => Values.AsSpan((int)offset, scratch.Length);

    /// <inheritdoc/>
    public void ReadIntegers(int tensor, long offset, Span<long> destination) => IntegersAt(tensor).Read(offset, destination);

    /// <inheritdoc/>
    public Span<float> Room(long offset, Span<float> scratch) => Values.AsSpan((int)offset, scratch.Length);

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<float> values) => values.CopyTo(Values.AsSpan((int)offset));

    /// <inheritdoc/>
    /// <exception cref="OverflowException">A value is outside the tensor's range.</exception>
    public void WriteIntegers(int tensor, long offset, ReadOnlySpan<long> values) => IntegersAt(tensor).Write(offset, values);

    private IntegerTensor IntegersAt(int tensor)
    {
        var spec = Schema.Tensors[tensor];
        return new IntegerTensor(spec, integers.AsMemory((int)Schema.IntegerOffsetOf(tensor), (int)spec.StoredBytes));
    }
}
