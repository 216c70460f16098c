namespace Starling.Cli.Reports.History;

/// <summary>One round. Times are those of the first node that told.</summary>
/// <param name="round">The round, from 1.</param>
/// <param name="epoch">The epoch that it is told of: an admin's restart begins the next one.</param>
internal sealed class RoundHistory(long round, long epoch)
{
    /// <summary>The round, from 1.</summary>
    public long Round => round;

    /// <summary>The epoch that it is told of.</summary>
    public long Epoch => epoch;

    /// <summary>When it opened, and when it was reopened, by the opening's number.</summary>
    public SortedDictionary<long, DateTimeOffset> Openings { get; } = [];

    /// <summary>When whose update was announced, by opening and member.</summary>
    public SortedDictionary<(long Opening, string Member), DateTimeOffset> Ready { get; } = [];

    /// <summary>The terms that somebody led, by number.</summary>
    public SortedDictionary<long, TermHistory> Terms { get; } = [];

    /// <summary>When it committed; null if it has not.</summary>
    public DateTimeOffset? Committed { get; set; }

    /// <summary>The term that committed it.</summary>
    public long CommittedTerm { get; set; }

    /// <summary>The committed merge's blob id.</summary>
    public string? Merge { get; set; }

    /// <summary>Whose updates are in it.</summary>
    public IReadOnlyList<string> Contributors { get; set; } = [];

    /// <summary>Who voted for another merge than the one that committed.</summary>
    public IReadOnlyList<string> Named { get; set; } = [];

    /// <summary>Who audited after the commit and disagreed, and when.</summary>
    public SortedDictionary<string, DateTimeOffset> LateDisputes { get; } = new(StringComparer.Ordinal);

    /// <summary>Two members who disagreed, so that the round waited for a third; empty if none did.</summary>
    public IReadOnlyList<string> Unresolved { get; set; } = [];

    /// <summary>When it opened.</summary>
    public DateTimeOffset? Opened => Openings.Count > 0 ? Openings.First().Value : null;

    /// <summary>From opening to commit; null if it has not committed.</summary>
    public TimeSpan? Length => Committed - Opened;

    /// <summary>The term that committed it; null if none has.</summary>
    public TermHistory? Winning => Committed is null ? null : Terms.GetValueOrDefault(CommittedTerm);

    /// <summary>The terms that ended without a commit.</summary>
    public IEnumerable<TermHistory> Lost => Terms.Values.Where(term => term.EndReason is not null);

    /// <summary>How many votes were for another merge than the proposed one.</summary>
    public int Against => Terms.Values.Sum(term => term.Votes.Values.Count(vote => !vote.IsFor));

    /// <summary>Whether anything happened in it that a reader should see.</summary>
    public bool StandsOut => Openings.Count > 1 || Against > 0 || Named.Count > 0 || LateDisputes.Count > 0 || Unresolved.Count > 0
        || Terms.Values.Any(term => term.EndReason is not null || term.Suspects.Count > 0 || term.LeftOut.Count > 0);
}
