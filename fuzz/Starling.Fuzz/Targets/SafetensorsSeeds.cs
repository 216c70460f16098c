using System.Buffers.Binary;
using System.Text;
using Starling.Core.Models;

namespace Starling.Fuzz.Targets;

/// <summary>Models' files, right and wrong in every way that is refused.</summary>
internal static class SafetensorsSeeds
{
    // One for each way in which a header is refused.
    private static readonly string[] Broken =
    [
        "", "[]", "{", "{}x", "{\"\\ud800\":1}", "{\"\":1}", "{\"a\":1}", "{\"a\":{}}", "{\"a\":{\"\\ud800\":1}}", "{\"a\":{\"b\":1}}",
        "{\"a\":[[[1]]]}", $"{{{Tensor(new string('n', 300), "F32", "1", "0,4")}}}",
        "{\"__metadata__\":1}", "{\"__metadata__\":{\"a\":1}}", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}",
        "{\"__metadata__\":{\"\\ud800\":\"\"}}", "{\"__metadata__\":{},\"__metadata__\":{}}",
        "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "{\"a\":{\"shape\":[],\"shape\":[]}}",
        "{\"a\":{\"data_offsets\":[0,4],\"data_offsets\":[0,4]}}", "{\"a\":{\"dtype\":\"F32\"}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[]}}", "{\"a\":{\"shape\":[],\"data_offsets\":[0,4]}}", "{\"a\":{\"dtype\":1}}",
        "{\"a\":{\"dtype\":\"\\ud800\"}}", "{\"a\":{\"dtype\":\"X\"}}", "{\"a\":{\"shape\":1}}",
        "{\"a\":{\"data_offsets\":1}}", "{\"a\":{\"dt\\u0079pe\":\"F\\u00332\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        Single("[\"a\"]", "[0,4]"), Single("[1.5]", "[0,4]"), Single("[-1]", "[0,4]"),
        Single("[9223372036854775807,9]", "[0,4]"), Single($"[{string.Join(',', Enumerable.Repeat(1, 33))}]", "[0,4]"),
        Single("[1]", "[0]"), Single("[1]", "[0,4,8]"), Single("[1]", "[0,\"4\"]"), Single("[1]", "[0,4.5]"),
        Single("[1]", "[-4,0]"), Single("[1]", "[4,0]"), Single("[2]", "[0,8]"), Single("[2]", "[0,4]"), Single("[1]", "[0,3]"),
        $"{{{Tensor("a", "F32", "1", "0,4")},{Tensor("a", "F32", "1", "0,4")}}}",
        $"{{{Tensor("a", "F32", "1", "0,4")},{Tensor("b", "F32", "0", "0,0")},{Tensor("c", "U8", "1", "0,1")}}}",
    ];

    public static IEnumerable<byte[]> All()
    {
        yield return File("{}");
        yield return File($"{{\"__metadata__\":{{\"format\":\"pt\"}},{Tensor("w", "F32", "1,2", "0,8")}}}", 0, 0, 128, 63, 0, 0, 0, 64);
        yield return File($"{{{Tensor("b", "BOOL", "2", "0,2")},{Tensor("a", "I64", "", "2,10")}}}  ", 0, 1, 1, 2, 3, 4, 5, 6, 7, 8);
        yield return File($"{{{Tensor("b", "BOOL", "2", "0,2")}}}", 0, 2);
        foreach (var json in Broken)
            yield return File(json, 0, 0, 0, 0);
        yield return File($"{{{Tensor("a", "F32", "1", "0,4")},{Tensor("b", "F32", "1", "8,12")}}}", new byte[12]);
        yield return File($"{{{Tensor("a", "F32", "1", "0,4")}}}", new byte[5]);
        yield return [200, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}'];
        yield return [0, 0, 0, 2, 0, 0, 0, 0];
        yield return File($"{{{string.Join(',', Enumerable.Range(0, 800).Select(i => Tensor($"{i}", "F32", "0", "0,0")))}}}");
        yield return File($"{{{string.Join(',', Enumerable.Range(0, 800).Select(i => Tensor($"{i}", "U8", "0,0,0,0,0,0,0,0", "0,0")))}}}");
        yield return File($"{{\"__metadata__\":{{{string.Join(',', Enumerable.Range(0, 257).Select(i => $"\"{i}\":\"\""))}}}}}");
        yield return File($"{{\"\\u005f_metadata__\":{{}},{Tensor("a", "U8", "", "0,1")}}}", 1);
        yield return File($"{{\"a\":{{\"{new string('x', 40_000)}\":1}}}}");
        yield return File($"{{\"a\":t{new string('x', 40_000)}");
        yield return File("{\"a\":f}");
        yield return File("{\"a\":n}");
        yield return File($"{{{Tensor("a", "I8", "30000", "0,30000")}}}", new byte[30_000]);
        var types = Enum.GetValues<ElementType>();
        yield return Safetensors.Write(new ModelState(new ModelSchema(types.Select(type => new TensorSpec($"t{(int)type}", type, [3])))));
    }

    private static string Single(string shape, string offsets) =>
        $"{{\"a\":{{\"dtype\":\"F32\",\"shape\":{shape},\"data_offsets\":{offsets}}}}}";

    /// <summary>A tensor's part of the header.</summary>
    public static string Tensor(string name, string type, string shape, string offsets) =>
        $"\"{name}\":{{\"dtype\":\"{type}\",\"shape\":[{shape}],\"data_offsets\":[{offsets}]}}";

    private static byte[] File(string json, params ReadOnlySpan<byte> data)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var length = new byte[SafetensorsHeader.PrefixBytes];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }
}
