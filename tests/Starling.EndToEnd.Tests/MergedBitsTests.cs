using System.Buffers.Binary;
using Starling.EndToEnd.Tests.Processes;

namespace Starling.EndToEnd.Tests;

/// <summary>
/// What programs get from real nodes, bit by bit, against the mean as it is defined, which is written down here once more.
/// </summary>
public sealed class MergedBitsTests : IAsyncLifetime
{
    private const int Members = 3, Rounds = 5;

    // As in bits.py, by member.
    private static readonly float[] Weights = [3, 70_000, 999_999];

    private readonly PythonSwarm swarm = new(Members);

    public async ValueTask InitializeAsync() => await swarm.StartAsync();

    public async ValueTask DisposeAsync() => await swarm.DisposeAsync();

    /// <summary>
    /// Red if any bit of a merged model differs from the weighted mean of what the programs handed over, or between members; if what all
    /// members hold alike, at the ends of its type, comes back otherwise; if tied weights come apart; or if integers and truth values,
    /// which each member has its own of, do not stay.
    /// </summary>
    [Fact(Timeout = TimeLimit.Quick)]
    public async Task Merged_weights_are_the_defined_mean_to_the_last_bit()
    {
        var (folder, program) = (swarm.Nodes.Folder, PythonSwarm.Program("bits.py"));
        await PythonSwarm.RunPythonAsync(folder.Path, [program, "--save", folder["initial.safetensors"]]);
        await swarm.FoundAsync("bits", $"rounds: {Rounds}, syncInterval: 2, minPeers: {Members}, merge: {{ rule: mean }}",
            "initial.safetensors");
        await swarm.AssignAsync("bits", [program, folder.Path]);
        await swarm.EndAsync("bits");
        for (var sync = 0; sync < Rounds; sync++)
            Check([.. Enumerable.Range(0, Members).Select(member => Read(sync, member, "handed"))],
                [.. Enumerable.Range(0, Members).Select(member => Read(sync, member, "merged"))], sync == Rounds - 1);
        for (var member = 0; member < Members; member++)
            Assert.Equal(Read(Rounds - 1, member, "merged"), Read(Rounds, member, "final"));
    }

    private static void Check(SortedDictionary<string, Noted>[] handed, SortedDictionary<string, Noted>[] merged, bool areAlike)
    {
        Assert.Equal(["torch.bfloat16", "torch.bool", "torch.float16", "torch.float32", "torch.int64"],
            handed[0].Values.Select(tensor => tensor.Type).Distinct().Order(StringComparer.Ordinal));
        foreach (var (name, tensor) in handed[0])
        {
            Noted[] inputs = [.. handed.Select(model => model[name])];
            var isFloat = tensor.Type.Contains("float", StringComparison.Ordinal);
            for (var member = 0; member < Members; member++)
                Assert.Equal((name, isFloat ? Mean(inputs) : inputs[member].Hexadecimal), (name, merged[member][name].Hexadecimal));
            if (isFloat)
                Assert.Equal((name, areAlike), (name, inputs.Distinct().Count() == 1));
        }

        Assert.All(merged, model => Assert.Equal(model["first.weight"], model["second.weight"]));
        Assert.Equal(2, merged.Select(model => model["mask"]).Distinct().Count());
        Assert.Equal(Members, merged.Select(model => model["steps"]).Distinct().Count());
    }

    // In float32 and in the order of the members' ids: each product is rounded, and then added; the sum is divided by that of the weights.
    // The result is kept within the inputs' range, and a sum that leaves float32 is done in float64. It is stored in the tensor's own type,
    // rounded to the nearest, ties to even.
    private static string Mean(Noted[] inputs)
    {
        var width = inputs[0].Type == "torch.float32" ? 4 : 2;
        byte[][] bytes = [.. inputs.Select(input => Convert.FromHexString(input.Hexadecimal))];
        var result = new byte[bytes[0].Length];
        for (var at = 0; at < result.Length; at += width)
        {
            float[] values = [.. bytes.Select(input => ToFloat(inputs[0].Type, input.AsSpan(at, width)))];
            Store(inputs[0].Type, Math.Clamp(Mean(values), values.Min(), values.Max()), result.AsSpan(at, width));
        }

        return Convert.ToHexStringLower(result);
    }

    private static float Mean(float[] values)
    {
        var (sum, wide, total) = (-0f, -0d, 0f);
        for (var i = 0; i < values.Length; i++)
        {
            var product = Weights[i] * values[i];
            sum += product;
            wide += (double)Weights[i] * values[i];
            total += Weights[i];
        }

        return float.IsFinite(sum) ? sum / total : (float)(wide / total);
    }

    private static float ToFloat(string type, ReadOnlySpan<byte> stored) => type switch
    {
        "torch.float32" => BinaryPrimitives.ReadSingleLittleEndian(stored),
        "torch.float16" => (float)BinaryPrimitives.ReadHalfLittleEndian(stored),
        _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(stored) << 16),
    };

    private static void Store(string type, float value, Span<byte> stored)
    {
        if (type == "torch.float32")
            BinaryPrimitives.WriteSingleLittleEndian(stored, value);
        else if (type == "torch.float16")
            BinaryPrimitives.WriteHalfLittleEndian(stored, (Half)value);
        else
        {
            var (above, below) = Math.DivRem(BitConverter.SingleToUInt32Bits(value), 1u << 16);
            BinaryPrimitives.WriteUInt16LittleEndian(stored,
                (ushort)(below > 0x8000 || (below == 0x8000 && above % 2 == 1) ? above + 1 : above));
        }
    }

    private SortedDictionary<string, Noted> Read(int sync, int member, string what) => new(
        File.ReadLines(swarm.Nodes.Folder[$"{sync}-{member}-{what}"]).Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => new Noted(words[1], words[2])), StringComparer.Ordinal);

    /// <summary>A tensor as a program wrote it down.</summary>
    private sealed record Noted(string Type, string Hexadecimal);
}
