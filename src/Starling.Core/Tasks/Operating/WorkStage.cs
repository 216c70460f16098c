namespace Starling.Core.Tasks.Operating;

/// <summary>Where an operator is with its work.</summary>
public enum WorkStage
{
    /// <summary>It notes that it begins, so that it knows after a crash how often it has tried.</summary>
    Noting,

    /// <summary>The work goes on.</summary>
    Working,

    /// <summary>The work has ended, and the last report is to be appended.</summary>
    Reporting,
}
