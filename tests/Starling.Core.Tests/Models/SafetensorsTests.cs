using System.Text;
using Starling.Core.Kernel;
using Starling.Core.Models;

namespace Starling.Core.Tests.Models;

public sealed class SafetensorsTests
{
    // Many empty tensors are the dearest: nothing but header, and each with a name and a shape of its own.
    [Theory]
    [InlineData("F32", "0")]
    [InlineData("U8", "0")]
    [InlineData("U8", "0,0,0,0,0,0,0,0")]
    public void Reading_many_tensors_takes_twice_the_file(string type, string shape)
    {
        var header = string.Join(',', Enumerable.Range(0, 1000).Select(i => SafetensorsBytes.Tensor($"{i}", type, shape, "0,0")[1..^1]));
        var file = SafetensorsBytes.File($"{{{header}}}");
        AllocatedBytes.AreAtMost(2, file.Length, () => Assert.NotNull(Safetensors.Read(file).State));
    }

    [Theory]
    [InlineData("I8", 1)]
    [InlineData("BOOL", 1)]
    [InlineData("I16", 2)]
    [InlineData("BF16", 2)]
    [InlineData("F32", 4)]
    [InlineData("I64", 8)]
    public void Reading_a_large_tensor_takes_twice_the_file(string type, int size)
    {
        var file = SafetensorsBytes.File(SafetensorsBytes.Tensor("a", type, "100000", $"0,{100_000 * size}"), new byte[100_000 * size]);
        AllocatedBytes.AreAtMost(2, file.Length, () => Assert.NotNull(Safetensors.Read(file).State));
    }

    // What complains of a header does not repeat it.
    [Theory]
    [InlineData("{\"a\":t", SafetensorsError.NotJson)]
    [InlineData("{\"a\":fals", SafetensorsError.NotJson)]
    [InlineData("{\"a\":[nul", SafetensorsError.NotJson)]
    [InlineData("{\"a\":{\"", SafetensorsError.UnknownField)]
    public void Refusing_takes_no_more_than_reading(string begins, SafetensorsError error)
    {
        var file = SafetensorsBytes.File($"{begins}{new string('x', 200_000)}\":1}}}}");
        AllocatedBytes.AreAtMost(2, file.Length, () => Assert.Equal(error, Safetensors.Read(file).Error));
    }

    // Written with an escape it is the metadata too, and no tensor that room is made for.
    [Fact]
    public void Metadata_is_known_however_its_name_is_written()
    {
        const string json = """{"\u005f_metadata__":{"format":"pt"},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}""";
        Assert.Equal(["a"], Safetensors.Read(SafetensorsBytes.File(json, 7)).State!.Schema.Tensors.Select(t => t.Name));
        Assert.Equal(SafetensorsError.BadMetadata,
            Safetensors.Read(SafetensorsBytes.File(
                $"{{\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, 257).Select(i => $"\"{i}\":\"\""))}}}}}")).Error);
        Assert.Null(Safetensors.Read(SafetensorsBytes.File(
            $"{{\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, 256).Select(i => $"\"{i}\":\"\""))}}}}}")).Error);
    }

    [Fact]
    public void Every_type_survives_a_round_trip()
    {
        var state = SafetensorsBytes.EveryType();
        var result = Safetensors.Read(Safetensors.Write(state));
        Assert.Null(result.Error);
        Assert.Equal(state.Schema.Hash, result.State!.Schema.Hash);
        Assert.Equal(state.Values, result.State.Values);
        for (var i = 0; i < state.Integers.Length; i++)
            Assert.Equal(state.Integers[i].ToArray(), result.State.Integers[i].ToArray());
    }

    [Fact]
    public void The_written_header_is_canonical()
    {
        var state = new ModelState(new ModelSchema([new TensorSpec("b\"\n", 2), new TensorSpec("a", ElementType.U8, [])]));
        var file = Safetensors.Write(state);
        var json =
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]},\"b\\\"\\u000a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]}}";
        var padded = json.PadRight((json.Length + 7) / 8 * 8);
        Assert.Equal(padded, Encoding.UTF8.GetString(file.AsSpan(8, file.Length - 8 - 9)));
        Assert.Equal(padded.Length, BitConverter.ToInt64(file));
        Assert.Equal(0, padded.Length % 8);
    }

    [Fact]
    public void Metadata_and_any_order_of_the_data_are_accepted()
    {
        const string json = """
            { "__metadata__": {"format":"pt"}, "b": {"shape":[1],"dtype":"F32","data_offsets":[0,4]},
              "a": {"dtype":"I16","shape":[1,2],"data_offsets":[4,8]}, "none": {"dtype":"F32","shape":[0,7],"data_offsets":[4,4]} }
            """;
        var result = Safetensors.Read(SafetensorsBytes.File(json, 0, 0, 0x80, 0x3F, 0xFF, 0xFF, 2, 0));
        Assert.Null(result.Error);
        Assert.Equal(["a", "b", "none"], result.State!.Schema.Tensors.Select(t => t.Name));
        Assert.Equal([1f], result.State.Values);
        Assert.Equal([-1L, 2], result.State.Integers[0].ToArray());
    }

    [Theory]
    [InlineData(ElementType.F16, 0x3C00, 1f)]
    [InlineData(ElementType.F16, 0x0001, 5.9604645E-08f)]
    [InlineData(ElementType.F16, 0xFBFF, -65504f)]
    [InlineData(ElementType.BF16, 0x3F80, 1f)]
    [InlineData(ElementType.BF16, 0xC049, -3.140625f)]
    public void Narrow_floats_have_the_bits_of_their_format(ElementType type, int bits, float value)
    {
        byte[] stored = [(byte)bits, (byte)(bits >> 8)];
        var values = new float[1];
        ElementCodec.ReadFloats(type, stored, values);
        Assert.Equal(value, values[0]);
        var written = new byte[2];
        ElementCodec.WriteFloats(type, values, written);
        Assert.Equal(stored, written);
    }

    [Theory]
    [InlineData(0x3F808000u, 0x3F80)]
    [InlineData(0x3F818000u, 0x3F82)]
    [InlineData(0x3F808001u, 0x3F81)]
    [InlineData(0x7F7FFFFFu, 0x7F80)]
    [InlineData(0x7FFFFFFFu, 0x7FFF)]
    [InlineData(0x7F800001u, 0x7FC0)]
    public void Brain_floats_round_to_nearest_even(uint bits, int expected)
    {
        var written = new byte[2];
        ElementCodec.WriteFloats(ElementType.BF16, [BitConverter.UInt32BitsToSingle(bits)], written);
        Assert.Equal(expected, BitConverter.ToUInt16(written));
    }

    [Theory]
    [InlineData(ElementType.I8, 128)]
    [InlineData(ElementType.U8, -1)]
    [InlineData(ElementType.Bool, 2)]
    [InlineData(ElementType.I16, 32_768)]
    [InlineData(ElementType.I32, 2_147_483_648)]
    public void An_integer_outside_its_type_is_not_written(ElementType type, long value)
    {
        var state = new ModelState(new ModelSchema([new TensorSpec("n", type, [1])]));
        Assert.Throws<OverflowException>(() => state.Integers[0].Write(0, value));
        Assert.Throws<OverflowException>(() => state.WriteIntegers(0, 0, [value]));
        Assert.Equal(0, state.Integers[0].ToArray()[0]);
    }

    [Fact]
    public void Names_that_no_file_can_hold_are_not_written()
    {
        foreach (var name in new[] { "", new string('n', 257), "__metadata__", "\ud800" })
            Assert.Throws<ArgumentException>(() => Safetensors.Write(new ModelState(new ModelSchema([new TensorSpec(name, 1)]))));
        var huge = new ModelSchema([new TensorSpec("a", ElementType.I64, [long.MaxValue / 4])]);
        Assert.Throws<ArgumentException>(() => SafetensorsHeader.For(huge));
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_but_never_throw()
    {
        var file = Safetensors.Write(SafetensorsBytes.EveryType());
        var header = (int)BitConverter.ToInt64(file) + 8;
        var random = new SeededRandom(7);
        var refused = new SortedSet<SafetensorsError>();
        for (var run = 0; run < 20_000; run++)
        {
            var damaged = (byte[])file.Clone();
            for (var edits = 1 + random.Next(4); edits > 0; edits--)
            {
                var at = random.Next(random.Chance(0.05) ? 8 : header);
                damaged[at] = random.Next(3) switch
                {
                    0 => (byte)random.Next(256),
                    1 => (byte)"0123456789{}[]\",:-e. \\"[random.Next(22)],
                    _ => damaged[random.Next(header)],
                };
            }

            if (random.Chance(0.1))
                damaged = damaged[..random.Next(damaged.Length)];
            if (Safetensors.Read(damaged).Error is { } error)
                refused.Add(error);
        }

        Assert.True(refused.Count >= 10, $"The damage is too uniform: {string.Join(", ", refused)}");
    }
}
