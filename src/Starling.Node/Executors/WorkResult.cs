using System.Collections.Immutable;

namespace Starling.Node.Executors;

/// <summary>How a work ended: what is told to whoever assigned it.</summary>
/// <param name="End">Why it is over.</param>
/// <param name="ExitCode"> The program's exit code, 0 to 255. As shells have it, 128 + n says that signal n ended it, 127 that a command
/// was not found; whatever the executor ended shows 137.
/// </param>
/// <param name="Reason">The same as a sentence.</param>
/// <param name="Use">What it used.</param>
/// <param name="LastOutput">The last of its standard output, at most 4 KiB, without control characters.</param>
/// <param name="LastErrorOutput">The last of its standard error, likewise.</param>
/// <param name="Remarks">What else was noticed, a sentence each: processes that it left behind, say.</param>
public sealed record WorkResult(
    WorkEnd End, int ExitCode, string Reason, ResourceUse Use, string LastOutput, string LastErrorOutput, ImmutableArray<string> Remarks)
{
    /// <summary>Whether the program ended by itself and said that all is well.</summary>
    public bool Succeeded => End == WorkEnd.Exited && ExitCode == 0;
}
