using System.Text;
using Starling.Core.Models;
using static Starling.Core.Tests.Models.SafetensorsBytes;

namespace Starling.Core.Tests.Models;

public sealed class SafetensorsRefusalTests
{
    private const string Good = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";

    public static TheoryData<SafetensorsError, byte[]> Hostile { get; } = Build();

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Each_hostile_file_is_refused_by_its_own_name(SafetensorsError expected, byte[] file)
    {
        var result = Safetensors.Read(file);
        Assert.Equal(expected, result.Error);
        Assert.Null(result.State);
        Assert.NotEqual("", result.Detail);
    }

    [Fact]
    public void Every_refusal_has_a_hostile_file() =>
        Assert.Equal(Enum.GetValues<SafetensorsError>(), Hostile.Select(row => row.Data.Item1).Distinct().Order());

    [Fact]
    public void The_file_that_the_hostile_ones_are_made_of_is_good() => Assert.Null(Safetensors.Read(File(Good, new byte[4])).Error);

    [Fact]
    public void A_header_alone_tells_where_each_tensor_lies()
    {
        var file = Safetensors.Write(EveryType());
        var prefix = file.AsSpan(0, SafetensorsHeader.BytesToRead(file));
        var read = SafetensorsHeader.Read(prefix, file.Length).Header!;
        var canonical = SafetensorsHeader.For(read.Schema);
        Assert.Equal(canonical.Ranges, read.Ranges);
        Assert.Equal(file.Length, read.FileLength);
        Assert.True(prefix.SequenceEqual(canonical.CanonicalBytes()));
        Assert.Equal(prefix.Length, read.DataStart);
    }

    private static TheoryData<SafetensorsError, byte[]> Build()
    {
        var hostile = new TheoryData<SafetensorsError, byte[]>();
        void Add(SafetensorsError error, string json, params byte[] data) => hostile.Add(error, File(json, data));
        hostile.Add(SafetensorsError.TooShort, [1, 2, 3]);
        hostile.Add(SafetensorsError.HeaderTooLarge, [1, 0, 0, 1, 0, 0, 0, 0, (byte)'{']);
        hostile.Add(SafetensorsError.HeaderTooLarge, [255, 255, 255, 255, 255, 255, 255, 255, (byte)'{']);
        hostile.Add(SafetensorsError.HeaderBeyondFile, [3, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        hostile.Add(SafetensorsError.NotUtf8, File([.. "{\""u8, 0xFF, .. "\":{}}"u8], []));
        Add(SafetensorsError.NotJson, "");
        Add(SafetensorsError.NotJson, " {}");
        Add(SafetensorsError.NotJson, "[]");
        Add(SafetensorsError.NotJson, "{}x");
        Add(SafetensorsError.NotJson, "{\"a\":");
        Add(SafetensorsError.TooDeep, """{"a":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}}""", 0, 0, 0, 0);
        Add(SafetensorsError.TooDeep, "{\"a\":" + new string('[', 100_000));
        Add(SafetensorsError.DuplicateKey, Good[..^1] + "," + Good[1..], 0, 0, 0, 0);
        Add(SafetensorsError.DuplicateKey, """{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 0, 0, 0, 0);
        Add(SafetensorsError.DuplicateKey, """{"__metadata__":{},"__metadata__":{}}""");
        Add(SafetensorsError.DuplicateKey, """{"__metadata__":{"a":"","\u0061":""}}""");
        Add(SafetensorsError.TooManyTensors, Many(SafetensorsHeader.MaxTensors + 1));
        Add(SafetensorsError.NameTooLong, Tensor(new string('n', 257), "F32", "1", "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.NameEmpty, Tensor("", "F32", "1", "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.BadText, Tensor("\\ud800", "F32", "1", "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.BadText, Tensor("a", "\\udc00", "1", "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.BadMetadata, """{"__metadata__":[]}""");
        Add(SafetensorsError.BadMetadata, """{"__metadata__":{"a":1}}""");
        Add(SafetensorsError.MissingField, """{"a":7}""");
        Add(SafetensorsError.MissingField, """{"a":{"shape":[1],"data_offsets":[0,4]}}""", 0, 0, 0, 0);
        Add(SafetensorsError.MissingField, """{"a":{"dtype":"F32","data_offsets":[0,4]}}""", 0, 0, 0, 0);
        Add(SafetensorsError.MissingField, """{"a":{"dtype":"F32","shape":[1]}}""", 0, 0, 0, 0);
        Add(SafetensorsError.UnknownField, """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 0, 0, 0, 0);
        Add(SafetensorsError.UnknownType, Tensor("a", "F8_E4M3", "4", "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.UnknownType, """{"a":{"dtype":1,"shape":[1],"data_offsets":[0,4]}}""", 0, 0, 0, 0);
        Add(SafetensorsError.BadShape, Tensor("a", "F32", "-1", "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.BadShape, Tensor("a", "F32", "1.5", "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.BadShape, Tensor("a", "F32", "4294967296,4294967296", "0,0"));
        Add(SafetensorsError.BadShape, Tensor("a", "F32", "9223372036854775808", "0,0"));
        Add(SafetensorsError.BadShape, """{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 0, 0, 0, 0);
        Add(SafetensorsError.TooManyDimensions, Tensor("a", "F32", string.Join(',', Enumerable.Repeat("1", 33)), "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.BadOffsets, Tensor("a", "F32", "1", "4,0"), 0, 0, 0, 0);
        Add(SafetensorsError.BadOffsets, Tensor("a", "F32", "1", "-4,0"), 0, 0, 0, 0);
        Add(SafetensorsError.BadOffsets, Tensor("a", "F32", "1", "0,8"), 0, 0, 0, 0);
        Add(SafetensorsError.BadOffsets, Tensor("a", "F32", "1", "9223372036854775804,9223372036854775808"), 0, 0, 0, 0);
        Add(SafetensorsError.BadOffsets, Tensor("a", "F32", "1", "0,4,4"), 0, 0, 0, 0);
        Add(SafetensorsError.BadOffsets, Tensor("a", "F32", "1", "0"), 0, 0, 0, 0);
        Add(SafetensorsError.BadOffsets, Tensor("a", "F32", "1", "\"0\",\"4\""), 0, 0, 0, 0);
        Add(SafetensorsError.WrongSize, Tensor("a", "F32", "2", "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.WrongSize, Tensor("a", "F32", "1", "0,5"), 0, 0, 0, 0, 0);
        Add(SafetensorsError.WrongSize, Tensor("a", "F32", "4611686018427387905", "0,4"), 0, 0, 0, 0);
        Add(SafetensorsError.Overlap, Pair("0,4", "2,6"), new byte[6]);
        Add(SafetensorsError.Overlap, Pair("0,4", "0,4"), new byte[4]);
        Add(SafetensorsError.Gap, Pair("0,4", "5,9"), new byte[9]);
        Add(SafetensorsError.Gap, Tensor("a", "F32", "1", "4,8"), new byte[8]);
        Add(SafetensorsError.TrailingData, Good, new byte[5]);
        Add(SafetensorsError.TrailingData, "{}", 0);
        Add(SafetensorsError.BadBoolean, Tensor("a", "BOOL", "3", "0,3"), 0, 1, 2);
        return hostile;
    }

    private static string Pair(string first, string second) =>
        $$$"""{"a":{"dtype":"F32","shape":[1],"data_offsets":[{{{first}}}]},"b":{"dtype":"F32","shape":[1],"data_offsets":[{{{second}}}]}}""";

    private static string Many(int count)
    {
        var json = new StringBuilder("{");
        for (var i = 0; i < count; i++)
            json.Append(i == 0 ? "" : ",").Append("\"t").Append(i).Append("\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");
        return json.Append('}').ToString();
    }
}
