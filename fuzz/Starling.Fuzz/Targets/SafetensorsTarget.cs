using System.Buffers.Binary;
using System.Text;
using Starling.Core.Models;

namespace Starling.Fuzz.Targets;

/// <summary>A model's file: <see cref="Safetensors.Read"/>, and with it the header's parser.</summary>
internal sealed class SafetensorsTarget : IFuzzTarget
{
    public string Name => "safetensors";

    /// <summary>What <see cref="Safetensors.Read"/> states: an 8-bit integer is widened to 64, a tensor of 50 bytes of header becomes an object.</summary>
    public double MostAllocatedPerByte => 8;

    public LengthForm Lengths => LengthForm.LittleEndian64First;

    public IReadOnlyList<string> Parsers { get; } =
    [
        "Starling.Core.Models.SafetensorsHeaderParser", "Starling.Core.Models.SafetensorsHeader::Read", "Starling.Core.Models.Safetensors::Read",
        "Starling.Core.Models.ElementCodec::ReadFloats", "Starling.Core.Models.ElementCodec::ReadIntegers", "Starling.Core.Models.ElementTypeFormat::TryParse",
        "Starling.Core.Models.ModelSchema::.ctor", "Starling.Core.Models.TensorSpec::get_Count",
    ];

    public IReadOnlyList<byte[]> Words { get; } = FuzzWords.Of(
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\":", "\"dtype\":", "\"shape\":", "\"data_offsets\":", "\"__metadata__\":{", "\"__metadata__\":", "\"format\":\"pt\"",
        "\"F32\"", "\"F16\"", "\"BF16\"", "\"I8\"", "\"U8\"", "\"I16\"", "\"I32\"", "\"I64\"", "\"BOOL\"", "\"F64\"", "null", "true", "1e3", "-1", "0", "0.5",
        "9223372036854775807", "4294967296", "[0,0]", "[0,4]", "[4,8]", "[]", "[2]", "[0,9223372036854775807]", "\\ud800", "\\u0000", "\u00e9", " ",
        Tensor("b", "F32", "0", "0,0"), Tensor("a", "U8", "", "0,1"), Tensor(new string('n', 257), "F32", "0", "0,0"), "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]");

    public IEnumerable<byte[]> Seeds()
    {
        yield return File("{}");
        yield return File($"{{\"__metadata__\":{{\"format\":\"pt\"}},{Tensor("w", "F32", "1,2", "0,8")}}}", 0, 0, 128, 63, 0, 0, 0, 64);
        yield return File($"{{{Tensor("b", "BOOL", "2", "0,2")},{Tensor("a", "I64", "", "2,10")}}}  ", 0, 1, 1, 2, 3, 4, 5, 6, 7, 8);
        yield return File($"{{{Tensor("b", "BOOL", "2", "0,2")}}}", 0, 2);
        yield return File($"{{{string.Join(',', Enumerable.Range(0, 800).Select(i => Tensor($"{i}", "F32", "0", "0,0")))}}}");
        yield return File($"{{{Tensor("a", "I8", "30000", "0,30000")}}}", new byte[30_000]);
        var types = Enum.GetValues<ElementType>();
        yield return Safetensors.Write(new ModelState(new ModelSchema(types.Select(type => new TensorSpec($"t{(int)type}", type, [3])))));
    }

    public bool Parse(byte[] input) => Safetensors.Read(input).State is not null;

    public void Confirm(byte[] input)
    {
        var state = Safetensors.Read(input).State!;
        var written = Safetensors.Write(state);
        var again = Safetensors.Read(written).State ?? throw new PropertyException("What was read cannot be read again once it is written.");
        if (again.Schema.Hash != state.Schema.Hash || !Safetensors.Write(again).AsSpan().SequenceEqual(written))
            throw new PropertyException("What was read changes when it is written and read again.");
        var header = SafetensorsHeader.Read(input.AsSpan(0, SafetensorsHeader.BytesToRead(input)), input.Length).Header;
        if (header?.Schema.Hash != state.Schema.Hash || header.FileLength != input.Length)
            throw new PropertyException("The header alone is not read as the whole file is.");
    }

    private static string Tensor(string name, string type, string shape, string offsets) => $"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{shape}],\"data_offsets\":[{offsets}]}}";

    private static byte[] File(string json, params ReadOnlySpan<byte> data)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var length = new byte[SafetensorsHeader.PrefixBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }
}
