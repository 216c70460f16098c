using Starling.Core.Kernel;
using Starling.Core.Models;

namespace Starling.Core.Tests.Models;

public sealed class SafetensorsSourceTests
{
    [Fact]
    public void Any_piece_read_from_the_file_is_the_same_piece_of_the_state()
    {
        var state = SafetensorsBytes.EveryType();
        var file = Safetensors.Write(state);
        var source = new SafetensorsSource(SafetensorsHeader.Read(file, file.Length).Header!, new MemoryFile(file));
        for (var start = 0; start < state.Values.Length; start++)
            for (var end = start; end <= state.Values.Length; end++)
            {
                var piece = new float[end - start];
                source.Read(start, piece);
                Assert.Equal(state.Values[start..end], piece);
            }

        foreach (var tensor in state.Integers)
        {
            var piece = new long[4];
            source.ReadIntegers(state.Schema.IndexOf(tensor.Spec.Name), 5, piece);
            Assert.Equal(tensor.ToArray()[5..9], piece);
        }
    }

    [Fact]
    public void Pieces_written_in_any_order_make_the_canonical_file()
    {
        var state = SafetensorsBytes.EveryType();
        var header = SafetensorsHeader.For(state.Schema);
        var file = new byte[header.FileLength];
        header.CanonicalBytes().CopyTo(file, 0);
        var sink = new SafetensorsSink(header, new MemoryFile(file));
        var starts = Enumerable.Range(0, (state.Values.Length + 3) / 4).Select(i => 4 * i).ToArray();
        new SeededRandom(3).Shuffle<int>(starts);
        foreach (var start in starts)
            sink.Write(start, state.Values.AsSpan(start, Math.Min(4, state.Values.Length - start)));
        foreach (var tensor in state.Integers)
        {
            sink.WriteIntegers(state.Schema.IndexOf(tensor.Spec.Name), 7, tensor.ToArray().AsSpan(7));
            sink.WriteIntegers(state.Schema.IndexOf(tensor.Spec.Name), 0, tensor.ToArray().AsSpan(0, 7));
        }

        Assert.Equal(Safetensors.Write(state), file);
    }

    [Fact]
    public void A_truth_value_that_is_none_is_found_by_the_check()
    {
        var file = SafetensorsBytes.File(SafetensorsBytes.Tensor("a", "BOOL", "2", "0,2"), 1, 3);
        var source = new SafetensorsSource(SafetensorsHeader.Read(file, file.Length).Header!, new MemoryFile(file));
        Assert.Equal(new ModelFault(ModelFaultKind.OutOfRange, "a", 1), ModelCheck.Inspect(source));
    }
}
