using System.Buffers.Binary;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Commands;
using Starling.Core.Kernel;
using Starling.Core.Merging;
using Starling.Core.Models;

namespace Starling.Cli.Tests.Commands;

/// <summary>What <c>starling merge</c> makes of its options.</summary>
public sealed class MergeCommandTests : IDisposable
{
    private const int Models = 9, Floats = 1000, Integers = 3;

    private static readonly ModelSchema Schema =
        new([new TensorSpec("count", ElementType.I64, [Integers]), new TensorSpec("weight", Floats)]);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("starling-");

    public static MatrixTheoryData<string, IntegerPolicy> Rules => new(MergeRules.Standard.Names, Enum.GetValues<IntegerPolicy>());

    public void Dispose() => folder.Delete(recursive: true);

    /// <summary>Red if the rule, one of its parameters, a weight or what becomes of integers is not the one that is asked for.</summary>
    [Theory]
    [MemberData(nameof(Rules))]
    public async Task A_file_is_the_merge_of_the_rule_with_its_parameters(string name, IntegerPolicy integers)
    {
        var rule = MergeRules.Standard.Find(name)!;
        var models = Enumerable.Range(1, Models).Select(seed => (State: Model(seed), Weight: (long)seed)).ToList();
        var parameters = rule.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, Other(parameter))).ToList();
        List<string> words = ["merge", "--rule", name, "--integers", integers.ToString(), "--weights",
            string.Join(',', models.Select(model => model.Weight)), "--out", In("merged"), "--json"];
        foreach (var (parameter, value) in parameters)
            words.AddRange(["--param", string.Create(CultureInfo.InvariantCulture, $"{parameter}={value:R}")]);
        foreach (var (state, weight) in models)
        {
            words.Add(In($"model-{weight}"));
            await File.WriteAllBytesAsync(words[^1], Safetensors.Write(state), TestContext.Current.CancellationToken);
        }

        Assert.Equal((int)ExitCode.Done,
            await CommandLine.ExecuteAsync(CommandLine.Build(), words, TestContext.Current.CancellationToken));
        var expected = Merger.Merge(rule, models, MergeParameters.Check(rule, parameters).Parameters!, integers).State!;
        Assert.Equal(Safetensors.Write(expected),
            await File.ReadAllBytesAsync(In("merged"), TestContext.Current.CancellationToken));
    }

    private string In(string name) => Path.Combine(folder.FullName, name);

    // Another value than the default.
    private static double Other(MergeParameter parameter) => parameter switch
    {
        { IsWhole: true } => parameter.Default < parameter.Most ? parameter.Default + 1 : parameter.Default - 1,
        { Default: 0 } => double.Lerp(parameter.Least, Math.Min(parameter.Most, 1), 0.25),
        _ => 2 * parameter.Default <= parameter.Most ? 2 * parameter.Default : parameter.Default / 2,
    };

    private static ModelState Model(int seed)
    {
        var random = new SeededRandom((ulong)seed);
        var integers = new byte[Integers * sizeof(long)];
        for (var i = 0; i < Integers; i++)
            BinaryPrimitives.WriteInt64LittleEndian(integers.AsSpan(i * sizeof(long)), random.Next(1000));
        return new ModelState(Schema, [.. Enumerable.Range(0, Floats).Select(_ => (float)random.NextDouble() - 0.5f)], integers);
    }
}
