using System.Buffers.Binary;
using Starling.Core.Kernel;
using Starling.Core.Models;

namespace Starling.Core.Tests.Models;

public sealed class ArrivingModelTests
{
    private static readonly ElementType[] Types = Enum.GetValues<ElementType>();

    /// <summary>
    /// Red if the answer depends on how a file is cut, or differs from what the whole file's header and <see cref="ModelCheck"/> say.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void However_a_file_is_cut_the_answer_is_the_whole_files(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var answers = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var run = 0; run < 3000; run++)
        {
            var state = RandomState(random);
            var file = Safetensors.Write(state);
            for (var change = random.Next(3); change > 0; change--)
                file = Corrupt(file, random);
            var schema = random.Chance(0.1) ? RandomState(random).Schema : state.Schema;
            var expected = WholeFile(file, schema);
            Assert.Equal((seed, run, expected), (seed, run, Cut(file, schema, random)));
            answers[$"{expected}"] = answers.GetValueOrDefault($"{expected}") + 1;
        }

        Assert.Equal(5, answers.Count);
        Assert.All(answers.Values, count => Assert.InRange(count, 100, 3000));
    }

    /// <summary>Red if the pieces in which a long stretch is looked at leave an element out.</summary>
    [Theory]
    [InlineData(ElementType.F32)]
    [InlineData(ElementType.F16)]
    [InlineData(ElementType.BF16)]
    public void Every_place_of_a_long_tensor_is_looked_at(ElementType type)
    {
        var schema = new ModelSchema([new TensorSpec("a", type, [10_000])]);
        foreach (var at in (int[])[0, 4095, 4096, 8191, 8192, 9999])
        {
            var state = new ModelState(schema);
            state.Values[at] = float.PositiveInfinity;
            var file = Safetensors.Write(state);
            var model = new ArrivingModel(schema.Hash, file.Length);
            model.Push(file);
            Assert.Equal((at, ModelFileFault.NotFinite), (at, model.Fault));
        }
    }

    /// <summary>Red if a fault is told later than at the byte that settles it, or sooner.</summary>
    [Fact]
    public void A_fault_is_told_when_it_is_certain()
    {
        var state =
            new ModelState(new ModelSchema([new TensorSpec("a", ElementType.Bool, [1]), new TensorSpec("b", 2), new TensorSpec("c", 2)]));
        state.Tensor("b")[1] = float.NaN;
        state.Integers[0].Stored.Span[0] = 2;
        var file = Safetensors.Write(state);
        var model = new ArrivingModel(state.Schema.Hash, file.Length);
        model.Push(file.AsSpan(0, file.Length - 9));
        Assert.Null(model.Fault);
        model.Push(file.AsSpan(file.Length - 9, 1));
        Assert.Equal(ModelFileFault.NotFinite, model.Fault);
        model.Push(file.AsSpan(file.Length - 8));
        Assert.Equal(ModelFileFault.NotFinite, model.Fault);

        var other = new ArrivingModel(default, file.Length);
        other.Push(file.AsSpan(0, file.Length - 17));
        Assert.Equal(ModelFileFault.WrongSchema, other.Fault);
    }

    /// <summary>Red if a header larger than its bound is awaited, or if one that is only announced takes memory.</summary>
    [Fact]
    public void A_header_takes_no_more_memory_than_has_come()
    {
        var first = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(first, SafetensorsHeader.MaxHeaderBytes);
        AllocatedBytes.AreAtMost(0, 0, () =>
        {
            var model = new ArrivingModel(default, 1L << 30);
            model.Push(first);
            Assert.Null(model.Fault);
        });
        BinaryPrimitives.WriteInt64LittleEndian(first, SafetensorsHeader.MaxHeaderBytes + 1);
        var refused = new ArrivingModel(default, 1L << 30);
        refused.Push(first.AsSpan(0, 7));
        Assert.Null(refused.Fault);
        refused.Push(first.AsSpan(7, 1));
        Assert.Equal(ModelFileFault.Unreadable, refused.Fault);
    }

    [Fact]
    public void More_bytes_than_were_stated_are_a_mistake()
    {
        var model = new ArrivingModel(default, 5);
        Assert.Equal(ModelFileFault.Unreadable, model.Fault);
        model.Push(new byte[5]);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Push(new byte[1]));
    }

    [Fact]
    public void A_header_whose_canonical_form_would_be_too_large_is_not_canonical()
    {
        var tabs = string.Concat(Enumerable.Repeat(@"\t", 200));
        var json = string.Join(',', Enumerable.Range(0, 20_000)
            .Select(i => SafetensorsBytes.Tensor($"{tabs}{i:d5}", "F32", "0", "0,0")[1..^1]));
        var file = SafetensorsBytes.File("{" + json + "}");
        var schema = SafetensorsHeader.Read(file, file.Length).Header!.Schema;
        Assert.Throws<ArgumentException>(() => SafetensorsHeader.For(schema));
        Assert.Equal(ModelFileFault.NotCanonical, Cut(file, schema, new SeededRandom(1)));
    }

    private static ModelFileFault? WholeFile(byte[] file, ModelSchema schema)
    {
        if (SafetensorsHeader.Read(file, file.Length).Header is not { } header)
            return ModelFileFault.Unreadable;
        if (header.Schema.Hash != schema.Hash)
            return ModelFileFault.WrongSchema;
        if (!file.AsSpan(0, (int)header.DataStart).SequenceEqual(header.CanonicalBytes()))
            return ModelFileFault.NotCanonical;
        return ModelCheck.Inspect(new SafetensorsSource(header, new MemoryFile(file)))?.Kind switch
        {
            null => null,
            ModelFaultKind.NotFinite => ModelFileFault.NotFinite,
            _ => ModelFileFault.Unreadable,
        };
    }

    private static ModelFileFault? Cut(ReadOnlySpan<byte> file, ModelSchema schema, SeededRandom random)
    {
        var model = new ArrivingModel(schema.Hash, file.Length);
        for (var most = ((int[])[1, 3, 9, 100, 100_000])[random.Next(5)]; !file.IsEmpty;)
        {
            var count = Math.Min(file.Length, 1 + random.Next(most));
            model.Push(file[..count]);
            file = file[count..];
        }

        return model.Fault;
    }

    private static ModelState RandomState(SeededRandom random)
    {
        var tensors = Enumerable.Range(0, random.Next(6)).Select(i => new TensorSpec(
            $"t{i}", Types[random.Next(Types.Length)], [.. Enumerable.Range(0, random.Next(3)).Select(_ => (long)random.Next(6))]));
        var state = new ModelState(new ModelSchema([.. tensors]));
        for (var i = 0; i < state.Values.Length; i++)
            state.Values[i] = (float)random.NextNormal();
        foreach (var tensor in state.Integers)
            for (var i = 0; i < tensor.Spec.Count; i++)
                tensor.Write(i, random.Next(2));
        return state;
    }

    private static byte[] Corrupt(byte[] file, SeededRandom random)
    {
        var header = SafetensorsHeader.Read(file, file.Length).Header;
        switch (random.Next(9))
        {
            case 0:
                file[random.Next(file.Length)] ^= (byte)(1 << random.Next(8));
                return file;
            case 1:
                return file[..(1 + random.Next(file.Length))];
            case 2:
                return [.. file, .. new byte[1 + random.Next(9)]];
            case 3 when file.Length >= 8:
                BinaryPrimitives.WriteUInt64LittleEndian(file,
                    random.Chance(0.5) ? random.NextUInt64() : (ulong)random.Next(2 * file.Length));
                return file;
            case 4 when header is not null:
                // Blanks behind the JSON: the same model, in another form.
                BinaryPrimitives.WriteInt64LittleEndian(file, header.DataStart);
                return [.. file[..(int)header.DataStart], .. "        "u8, .. file[(int)header.DataStart..]];
            default:
                // Ones alone are a NaN of any type of floats, no truth value, and an integer.
                if (header is { Ranges: { IsEmpty: false } ranges } && ranges[random.Next(ranges.Length)] is { Length: > 0 } range)
                    file.AsSpan((int)range.Start,
                        (int)range.Length)[^header.Schema.Tensors[ranges.IndexOf(range)].Type.Size()..].Fill(0xFF);
                return file;
        }
    }
}
