using System.Buffers.Binary;
using System.Text;
using Starling.Api;
using Starling.Cli.Models;
using Starling.Cli.Terminal;
using Starling.Core.Merging;

namespace Starling.Cli.Tests.Models;

public sealed class ModelMergeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if names that take more room when they are written as the format demands end the command with a stack trace.</summary>
    [Fact]
    public void A_model_whose_names_no_header_can_hold_is_refused_in_a_sentence()
    {
        var (model, merge) = (Path.Combine(folder, "model.safetensors"), Path.Combine(folder, "merge.safetensors"));
        // A line feed is two characters here, and six where it must be written by its code: 12 MiB become more than 36.
        var tensors = Enumerable.Range(0, 24_000).Select(i =>
            $"\"{i:x6}{string.Concat(Enumerable.Repeat("\\n", 250))}\":{{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[{4 * i},{4 * (i + 1)}]}}");
        var header = Encoding.UTF8.GetBytes($"{{{string.Join(',', tensors)}}}");
        var file = new byte[8 + header.Length + (4 * 24_000)];
        BinaryPrimitives.WriteInt64LittleEndian(file, header.Length);
        header.CopyTo(file, 8);
        File.WriteAllBytes(model, file);

        var rule = MergeRules.Standard.Find(MergeRules.Default)!;
        var refused = Assert.Throws<CommandException>(() => ModelMerge.Write(
            rule, MergeParameters.DefaultsOf(rule), [(model, 1), (model, 1)], IntegerPolicy.Keep, merge,
            TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.Data, refused.ExitCode);
        Assert.Contains("longer than 16 MiB", refused.Message, StringComparison.Ordinal);
        Assert.Equal([model], Directory.GetFiles(folder));
    }
}
