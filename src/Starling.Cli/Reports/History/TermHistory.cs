using Starling.Api;

namespace Starling.Cli.Reports.History;

/// <summary>One term of a round. Times are those of the first node that told.</summary>
/// <param name="term">The term, from 1.</param>
/// <param name="leader">Who led it.</param>
internal sealed class TermHistory(long term, string leader)
{
    /// <summary>The term, from 1.</summary>
    public long Term => term;

    /// <summary>Who led it.</summary>
    public string Leader => leader;

    /// <summary>When its leader claimed it.</summary>
    public DateTimeOffset? Claimed { get; set; }

    /// <summary>When a merge was proposed.</summary>
    public DateTimeOffset? Proposed { get; set; }

    /// <summary>When it ended without a commit; null if it did not.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>Why: <c>suspected</c>, <c>resigned</c>, <c>unresolved</c> or <c>reopened</c>; null if it did not.</summary>
    public string? EndReason { get; set; }

    /// <summary>The members whose updates could enter the merge.</summary>
    public IReadOnlyList<string> Frozen { get; set; } = [];

    /// <summary>The members whose updates the leader left out, with its reasons.</summary>
    public IReadOnlyList<LeftOutMember> LeftOut { get; set; } = [];

    /// <summary>
    /// Who voted, when, whether for the proposed merge, and after a sample of it alone. The proposal itself is the
    /// leader's vote and not among them.
    /// </summary>
    public SortedDictionary<string, (DateTimeOffset At, bool IsFor, bool IsSample)> Votes { get; } = new(StringComparer.Ordinal);

    /// <summary>Who suspected the leader, and when.</summary>
    public SortedDictionary<string, DateTimeOffset> Suspects { get; } = new(StringComparer.Ordinal);
}
