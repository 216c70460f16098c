using System.Text.Json;
using Starling.Api;
using Starling.Api.Tasks;
using Starling.Cli.Commands.Runners;
using Starling.Cli.Terminal;

namespace Starling.Cli.Tests.Commands.Runners;

public sealed class RunnerViewsTests
{
    private static readonly OperatorWork Work = new("spiffe://a/b/one", WorkWord.Failed, "no\u001b[2J", 1, 1, 1, 0, "x\u001b]52;c;eA==\u0007\ry\nz\n");

    /// <summary>Red if an operator's description or its program's output reaches the terminal raw.</summary>
    [Fact]
    public void What_an_operator_says_cannot_steer_the_terminal()
    {
        using var text = new StringWriter { NewLine = "\n" };
        RunnerViews.WriteWhole(Work, text);
        Assert.Equal("== spiffe://a/b/one: failed, exit code 1, 1.0 s\n  no\uFFFD[2J\n  x\uFFFD]52;c;eA==\uFFFD\uFFFDy\n  z\n", text.ToString());
    }

    /// <summary>Red if a program's output can pass for the word of another operator.</summary>
    [Fact]
    public void Nothing_that_an_operator_says_stands_at_the_beginning_of_a_line()
    {
        using var text = new StringWriter { NewLine = "\n" };
        const string forged = "\n\n== spiffe://b/b/two: complete, exit code 0, 1.0 s";
        RunnerViews.WriteWhole(Work with { Description = forged, Output = forged }, text);
        Assert.Single(text.ToString().Split('\n'), line => line.Length > 0 && line[0] != ' ');
    }

    /// <summary>Red if the reason of a run's end adds a line, or turns the direction of writing.</summary>
    [Fact]
    public void A_reason_stays_within_its_sentence()
    {
        var run = new RunSummary(1, "train", "spiffe://a/b/one", "with all peers", 2, WorkWord.Failed, "a\nb\rc\u202Ed", 3, 0, 0, 1);
        Assert.Equal("run 1 of train (with all peers): failed; 0 of 2 complete, 0 working, 1 failed. a b c\uFFFDd", RunnerViews.Sentence(run));
    }

    /// <summary>Red if a view that does not look at what a node answers passes it on raw.</summary>
    [Fact]
    public void Whatever_is_printed_for_people_is_clean() =>
        Assert.Equal("a\uFFFD[2Jb\nc\n", CommandOutput.Text(output =>
        {
            output.WriteLine("a\u001b[2Jb");
            output.WriteLine("c");
        }));

    /// <summary>Red if the JSON form, which is not cleaned, holds a character that a terminal obeys.</summary>
    [Fact]
    public void The_JSON_form_escapes_them() =>
        Assert.All(JsonSerializer.Serialize(Work with { Description = "\u202E\u009b" }, ApiJson.Default.OperatorWork),
            c => Assert.InRange(c, ' ', '~'));
}
