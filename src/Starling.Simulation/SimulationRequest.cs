using System.Globalization;

namespace Starling.Simulation;

/// <summary>Which seeds are to be run.</summary>
/// <param name="File">The experiment's file, for the command that replays a failure.</param>
/// <param name="First">The first seed.</param>
/// <param name="Seeds">How many, from 1.</param>
/// <param name="Faults">How hard they are attacked.</param>
public sealed record SimulationRequest(string File, ulong First, int Seeds, FaultLevel Faults)
{
    /// <summary>How many seeds run at a time, from 1. Default: one a core.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>The command that replays one seed.</summary>
    public string ReplayCommand(ulong seed) => string.Create(CultureInfo.InvariantCulture,
        $"./starling sim {Quoted(File)} --seeds 1 --first {seed} --faults {Faults.ToString().ToLowerInvariant()} --trace");

    /// <summary>A word as a POSIX shell reads it again.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "_-+=./:,@%".Contains(c, StringComparison.Ordinal))
            ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
