using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Starling.Core.Identity;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Core.Tests.Merging;

/// <summary>The merges that every implementation of the merge rules has to reproduce, in any language.</summary>
public sealed class MergeVectorsTests
{
    public static TheoryData<string> Names { get; } = [.. Cases().Select(c => c.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_merge_has_the_bits_of_the_specification(string name)
    {
        var vector = Cases().Single(c => c.GetProperty("name").GetString() == name);
        var rule = MergeRules.Standard.Find(vector.GetProperty("rule").GetString()!)!;
        var parameters = MergeParameters.Check(
            rule,
            vector.GetProperty("parameters").EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetDouble()))).Parameters!;
        var states = vector.GetProperty("inputs").EnumerateArray().Select(i => MergeCases.State(Floats(i)))
            .Zip(vector.GetProperty("weights").EnumerateArray(), (state, weight) => new WeightedModel(state, weight.GetInt64()));
        var inputs =
            MergeInputs.InOrder(states, vector.TryGetProperty("reference", out var reference) ? MergeCases.State(Floats(reference)) : null);
        var state = new ModelState(inputs.Schema);
        Assert.Null(Merger.Merge(rule, parameters, inputs, IntegerPolicy.Keep, state, SerialBlocks.Instance));
        var merged = state.Values;
        Assert.Equal(
            vector.GetProperty("merged").EnumerateArray().Select(v => v.GetString()),
            merged.Select(v => BitConverter.SingleToUInt32Bits(v).ToString("x8", CultureInfo.InvariantCulture)));
        if (BitConverter.IsLittleEndian)
            Assert.Equal(vector.GetProperty("digest").GetString(), Digest.Of(MemoryMarshal.AsBytes(merged.AsSpan())).ToString());
    }

    [Fact]
    public void Every_rule_has_a_vector() =>
        Assert.Equal(MergeRules.Standard.Names,
            Cases().Select(c => c.GetProperty("rule").GetString()!).Distinct().Order(StringComparer.Ordinal));

    private static float[] Floats(JsonElement list) =>
        [.. list.EnumerateArray()
            .Select(
                v => BitConverter.UInt32BitsToSingle(uint.Parse(v.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)))];

    private static JsonElement[] Cases()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), "spec", "vectors", "merge.json")));
        return [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(c => c.Clone())];
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
