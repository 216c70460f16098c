using Starling.Core.Configuration;
using Starling.Core.Training;

namespace Starling.Bench.Wire;

/// <summary>What a benchmark is told. What is not given has a default of the benchmark's own.</summary>
/// <param name="Runs">How often it measures, after what it does to warm up.</param>
/// <param name="Nodes">How many nodes take part.</param>
/// <param name="Bytes">The size of the blob or the model.</param>
/// <param name="Rate">The upload limit of each node, in bytes a second.</param>
/// <param name="Folder">Where nodes keep their blobs.</param>
/// <param name="Audit">What members check before they vote.</param>
/// <param name="Bare">Whether the bare peer is measured too.</param>
internal sealed record BenchmarkOptions(int? Runs, int? Nodes, long? Bytes, long? Rate, string? Folder, AuditMode Audit, bool Bare)
{
    /// <summary>Reads <c>name=value</c> arguments; null if one is wrong.</summary>
    public static BenchmarkOptions? TryParse(IEnumerable<string> arguments)
    {
        var options = new BenchmarkOptions(null, null, null, null, null, AuditMode.Off, Bare: true);
        foreach (var argument in arguments)
        {
            var (name, value) = argument.Split('=', 2) is [var left, var right] ? (left, right) : (argument, "");
            options = name switch
            {
                "runs" when int.TryParse(value, out var runs) && runs > 0 => options with { Runs = runs },
                "nodes" when int.TryParse(value, out var nodes) && nodes > 1 => options with { Nodes = nodes },
                "size" when ByteSize.TryParse(value, out var bytes) && bytes > 0 => options with { Bytes = bytes },
                "rate" when ByteSize.TryParse(value.Replace("/s", "", StringComparison.Ordinal), out var rate) && rate > 0 =>
                    options with { Rate = rate },
                "folder" when value.Length > 0 => options with { Folder = value },
                "audit" when Enum.TryParse<AuditMode>(value, ignoreCase: true, out var audit) && Enum.IsDefined(audit) =>
                    options with { Audit = audit },
                "bare" when bool.TryParse(value, out var bare) => options with { Bare = bare },
                _ => null!,
            };
            if (options is null)
                return null;
        }

        return options;
    }
}
