using System.Runtime.CompilerServices;
using System.Text.Json;
using Starling.Core.Models;

namespace Starling.Core.Tests.Models;

/// <summary>The schemas' hashes and the files that programs in any language have to know alike.</summary>
public sealed class SafetensorsVectorsTests
{
    public static TheoryData<string> Models { get; } = [.. Of("cases").Select(c => c.GetProperty("name").GetString()!)];

    public static TheoryData<string> Refused { get; } = [.. Of("refused").Select(c => c.GetProperty("name").GetString()!)];

    /// <summary>Red if a program's model is another to its node than to itself.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_has_the_hash_and_the_file_of_the_specification(string name)
    {
        var vector = Find("cases", name);
        var schema = new ModelSchema(vector.GetProperty("tensors").EnumerateArray().Select(tensor => new TensorSpec(
            tensor.GetProperty("name").GetString()!, Type(tensor),
            [.. tensor.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())])));
        Assert.Equal(vector.GetProperty("schema").GetString(), schema.Hash.ToString());
        var file = File(vector);
        var state = Safetensors.Read(file).State!;
        Assert.Equal(schema.Hash, state.Schema.Hash);
        Assert.Equal(file, Safetensors.Write(state));
    }

    /// <summary>Red if a file that programs must refuse is read here.</summary>
    [Theory]
    [MemberData(nameof(Refused))]
    public void A_bad_file_is_refused(string name) => Assert.NotNull(Safetensors.Read(File(Find("refused", name))).Error);

    private static ElementType Type(JsonElement tensor) =>
        ElementTypeFormat.TryParse(tensor.GetProperty("dtype").GetString()!, out var type) ? type : throw new InvalidDataException();

    private static byte[] File(JsonElement vector) => Convert.FromHexString(vector.GetProperty("file").GetString()!);

    private static JsonElement Find(string list, string name) => Of(list).Single(c => c.GetProperty("name").GetString() == name);

    private static JsonElement[] Of(string list)
    {
        using var document = JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(Root(), "spec", "vectors", "safetensors.json")));
        return [.. document.RootElement.GetProperty(list).EnumerateArray().Select(c => c.Clone())];
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
