using Starling.Core.Models;

namespace Starling.Fuzz.Targets;

/// <summary>A model's file: <see cref="Safetensors.Read"/>, and with it the header's parser.</summary>
internal sealed class SafetensorsTarget : IFuzzTarget
{
    public string Name => "safetensors";

    public LengthForm Lengths => LengthForm.LittleEndian64First;

    public IReadOnlyList<string> Parsers { get; } =
    [
        "Starling.Core.Models.SafetensorsHeaderParser", "Starling.Core.Models.SafetensorsHeader::Read",
        "Starling.Core.Models.Safetensors::Read",
        "Starling.Core.Models.ElementCodec::ReadFloats", "Starling.Core.Models.ElementTypeFormat::TryParse",
        "Starling.Core.Models.ModelSchema::.ctor", "Starling.Core.Models.ModelSchema::HashOf", "Starling.Core.Models.TensorSpec::get_Count",
    ];

    public IReadOnlyList<byte[]> Words { get; } = FuzzWords.Of(
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\":", "\"dtype\":", "\"shape\":", "\"data_offsets\":", "\"__metadata__\":{",
        "\"__metadata__\":", "\"format\":\"pt\"",
        "\"F32\"", "\"F16\"", "\"BF16\"", "\"I8\"", "\"U8\"", "\"I16\"", "\"I32\"", "\"I64\"", "\"BOOL\"", "\"F64\"", "null", "true", "1e3",
        "-1", "0", "0.5",
        "9223372036854775807", "4294967296", "[0,0]", "[0,4]", "[4,8]", "[]", "[2]", "[0,9223372036854775807]", "\\ud800", "\\u0000",
        "\u00e9", " ",
        SafetensorsSeeds.Tensor("b", "F32", "0", "0,0"), SafetensorsSeeds.Tensor("a", "U8", "", "0,1"),
        SafetensorsSeeds.Tensor(new string('n', 257), "F32", "0", "0,0"),
        "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]");

    public IEnumerable<byte[]> Seeds() => SafetensorsSeeds.All();

    public bool Parse(byte[] input) => Safetensors.Read(input).State is not null;

    public void Confirm(byte[] input)
    {
        var state = Safetensors.Read(input).State!;
        var written = Safetensors.Write(state);
        var again =
            Safetensors.Read(written).State ?? throw new PropertyException("What was read cannot be read again once it is written.");
        if (again.Schema.Hash != state.Schema.Hash || !Safetensors.Write(again).AsSpan().SequenceEqual(written))
            throw new PropertyException("What was read changes when it is written and read again.");
        var header = SafetensorsHeader.Read(new Whole(input), input.Length).Header;
        if (header?.Schema.Hash != state.Schema.Hash || header.FileLength != input.Length)
            throw new PropertyException("The header alone is not read as the whole file is.");
    }

    private sealed class Whole(byte[] file) : IByteSource
    {
        public void Read(long position, Span<byte> destination) => file.AsSpan((int)position, destination.Length).CopyTo(destination);
    }
}
