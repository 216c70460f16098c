using System.Buffers.Binary;
using System.Text;
using Starling.Core.Models;

namespace Starling.Core.Tests.Models;

/// <summary>Builds files by hand, so that tests can break them.</summary>
internal static class SafetensorsBytes
{
    internal static byte[] File(string json, params ReadOnlySpan<byte> data) => File(Encoding.UTF8.GetBytes(json), data);

    internal static byte[] File(byte[] json, ReadOnlySpan<byte> data)
    {
        var file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        data.CopyTo(file.AsSpan(8 + json.Length));
        return file;
    }

    internal static string Tensor(string name, string type, string shape, string offsets) =>
        $$$"""{"{{{name}}}":{"dtype":"{{{type}}}","shape":[{{{shape}}}],"data_offsets":[{{{offsets}}}]}}""";

    internal static ModelState EveryType()
    {
        var types = Enum.GetValues<ElementType>();
        var schema = new ModelSchema(types.Select(type => new TensorSpec($"t{(int)type}-{type}", type, [3, 5])));
        var state = new ModelState(schema);
        for (var i = 0; i < schema.Tensors.Length; i++)
        {
            var spec = schema.Tensors[i];
            if (spec.IsFloat)
                for (var k = 0; k < 15; k++)
                    state.Tensor(spec.Name)[k] = (k - 7) * 0.25f;
        }

        foreach (var tensor in state.Integers)
        {
            var (least, most) = tensor.Spec.Type.Range();
            for (var k = 0; k < tensor.Spec.Count; k++)
                tensor.Write(k, (k % 3) switch { 0 => least, 1 => most, _ => 1 });
        }

        return state;
    }
}
