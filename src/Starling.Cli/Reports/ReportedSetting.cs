namespace Starling.Cli.Reports;

/// <summary>A setting in force, beside its default.</summary>
/// <param name="Path">Such as <c>training.minPeers</c>.</param>
/// <param name="Value">As it would be written in a file.</param>
/// <param name="IsGiven">Whether a file or an override gave it.</param>
/// <param name="Default">What it would be if it were not given; null if the experiment cannot do without it.</param>
internal sealed record ReportedSetting(string Path, string Value, bool IsGiven, string? Default)
{
    /// <summary>Whether it is another than the default.</summary>
    public bool Differs => IsGiven && Value != Default;
}
