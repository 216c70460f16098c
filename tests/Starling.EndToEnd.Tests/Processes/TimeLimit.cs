namespace Starling.EndToEnd.Tests.Processes;

/// <summary>
/// How long a test may take, milliseconds: far longer than any does, so that one that hangs is named, and ends what it started, before
/// <c>./test</c> ends the whole project.
/// </summary>
internal static class TimeLimit
{
    /// <summary>A test of every run.</summary>
    public const int Quick = 300_000;

    /// <summary>A test of the category Full.</summary>
    public const int Full = 2_400_000;
}
