using System.Text;

namespace Starling.Core.Tasks;

/// <summary>What an operator says of its work.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Description">The same in words, and if it failed, why; at most <see cref="MaxDescriptionBytes"/> bytes.</param>
/// <param name="ExitCode">What its program exited with; null while it runs, or if there is none.</param>
/// <param name="Usage">What it took.</param>
/// <param name="Output">The end of what its program wrote; at most <see cref="MaxOutputBytes"/> bytes.</param>
public sealed record WorkReport(WorkState State, string Description, int? ExitCode, WorkUsage Usage, string Output)
{
    /// <summary>The longest description, in bytes: far beyond what a person reads.</summary>
    public const int MaxDescriptionBytes = 1 << 20;

    /// <summary>The longest output that is told, in bytes. All of it stays with the operator.</summary>
    public const int MaxOutputBytes = 64 << 10;

    /// <summary>The first report: the operator takes part.</summary>
    public static readonly WorkReport Enlisted = new(WorkState.Running, "takes part", null, WorkUsage.None, "");

    /// <summary>The only word of an operator that does not carry the task out.</summary>
    public static WorkReport Refusal(string why) => new(WorkState.Refused, why, null, WorkUsage.None, "");

    /// <summary>
    /// The same within its bounds: of a description that is too long the beginning, of an output the end. The fold refuses what is longer.
    /// </summary>
    public WorkReport Clipped() =>
        this with
        {
            Description = Clip(Description, MaxDescriptionBytes, isEnd: false),
            Output = Clip(Output, MaxOutputBytes, isEnd: true)
        };

    private static string Clip(string text, int most, bool isEnd)
    {
        if (Encoding.UTF8.GetByteCount(text) <= most)
            return text;
        var bytes = Encoding.UTF8.GetBytes(text);
        var cut = isEnd ? bytes.Length - most : most;
        while ((bytes[cut] & 0xC0) == 0x80)
            cut += isEnd ? 1 : -1;
        return Encoding.UTF8.GetString(isEnd ? bytes.AsSpan(cut) : bytes.AsSpan(0, cut));
    }
}
