using Starling.Fuzz.Corpus;
using Starling.Fuzz.Coverage;
using Starling.Fuzz.Running;
using Starling.Fuzz.Targets;

namespace Starling.Fuzz.Tests;

/// <summary>
/// The short run: every input that is kept, and some thousands of new ones, without the counters that a search is guided by.
/// </summary>
public sealed class ParserTests
{
    private const int NewInputs = 4000;

    // Other tests want the processor too; a parser that never ends is found nevertheless.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_kept_and_no_new_input_shows_a_defect(string name)
    {
        var target = FuzzTargets.All.Single(target => target.Name == name);
        using var log = new StringWriter();
        var run = new FuzzRun(target, CorpusFolder.Of(name), CoverageMap.Find(), log, Longest);
        run.Replay();
        run.Search(NewInputs, seed: 1);
        Assert.True(run.Defects == 0, log.ToString());
        Assert.InRange(run.Execution.Accepted, 1, long.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_parser_has_a_corpus(string name) => Assert.NotEmpty(CorpusFolder.Of(name).Read());
}
