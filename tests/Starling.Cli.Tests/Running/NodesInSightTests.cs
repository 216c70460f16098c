using Spectre.Console;
using Starling.Api.Events;
using Starling.Cli.Running;
using Starling.Cli.Runs;
using Starling.Cli.Tests.Reports;

namespace Starling.Cli.Tests.Running;

/// <summary>What is seen of each node while a run goes on: how far it is, loss, accuracy and the time that is left.</summary>
public sealed class NodesInSightTests
{
    private static readonly string[] Two = ["a", "b"];

    // Node a has two commits, 1 s apart; b has told only of the first.
    private static readonly Story Halfway =
        new Story(Two).Opens(1).AllReady(1).Claims(1, 1, "a").Commits(1, 1, "a").Measures(1, 0, 0.5, 0.8).Measures(1, 1, 0.25, 0.8)
        .Opens(2).AllReady(2).Commits(2, 1, "b");

    /// <summary>Red if one of the four is missing for a node, or shows another's.</summary>
    [Fact]
    public void The_table_shows_each_node()
    {
        Assert.Equal(
            ["node|is|round|own|own|merged|merged|left|received|sent|restarts", "|||loss|accuracy|loss|accuracy||||",
             "a|has the commit|2|2|50.0 %|1.25|80.0 %|8.0 s|1.00 kB|1.00 kB|0",
             "b|has the commit|1|4|25.0 %|1.25|80.0 %|-|1.00 kB|1.00 kB|0"],
            Shown(Told(10), 140));
    }

    /// <summary>Red if a narrow terminal loses what a person watches a run for.</summary>
    [Fact]
    public void In_eighty_columns_the_four_are_left()
    {
        Assert.Equal(["node|is|round|own|own|merged|left", "|||loss|accuracy|accuracy|", "a|has the commit|2|2|50.0 %|80.0 %|8.0 s",
            "b|has the commit|1|4|25.0 %|80.0 %|-"], Shown(Told(10), 80));
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = 80;
        console.Write(NodeTable.Make(Told(10), 80));
        Assert.All(text.ToString().Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, line));
        Assert.Equal(7, text.ToString().TrimEnd().Split('\n').Length); // Three lines of borders, two of headings, one for each node.
    }

    /// <summary>
    /// Red if a node that has begun again at an earlier round, or holds the final model, is said to train for as long as before.
    /// </summary>
    [Fact]
    public void What_is_left_begins_anew_with_training_and_ends_with_it()
    {
        var progress = Told(10);
        progress.Apply(progress.Nodes[0], new RoundRestartedEvent(0, Story.Start.AddSeconds(5), "story", 1, 1, Story.Id("admin"), 2, []));
        Assert.Equal((0L, null), (progress.Nodes[0].Round, progress.Nodes[0].Remaining(10)));
        var finished = Told(10);
        finished.Nodes[0].Final = new Score(1, 0.5, null, null, 10);
        Assert.Null(finished.Nodes[0].Remaining(10));
    }

    /// <summary>Red if lines about nodes are missing where no table is shown, come at every event, or tell of another node.</summary>
    [Fact]
    public void Without_a_terminal_each_node_has_a_line_now_and_then()
    {
        var (lines, progress) = (new NodeLines(), Told(10));
        Assert.Empty(lines.At(progress, Story.Start));
        Assert.Empty(lines.At(progress, Story.Start + NodeLines.Interval - TimeSpan.FromSeconds(1)));
        Assert.Equal(
            ["  a: has the commit, 2 of 10 rounds, own loss 2, own accuracy 50.0 %, left 8.0 s",
                "  b: has the commit, 1 of 10 rounds, own loss 4, own accuracy 25.0 %, left -"],
            lines.At(progress, Story.Start + NodeLines.Interval));
        Assert.Empty(lines.At(progress, Story.Start + NodeLines.Interval));
    }

    private static RunProgress Told(long rounds)
    {
        var progress = new RunProgress([.. Two.Select(name => new PlannedNode(name, Story.Id(name), 1))], rounds);
        for (var node = 0; node < Two.Length; node++)
            foreach (var told in Halfway.Of(node).Where(told => node == 0 || told is not RoundCommittedEvent { Round: 2 }))
                progress.Apply(progress.Nodes[node], told);
        return progress;
    }

    private static List<string> Shown(RunProgress progress, int width)
    {
        var table = NodeTable.Make(progress, width);
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Ansi = AnsiSupport.No });
        console.Profile.Width = 200;
        console.Write(table);
        return [.. text.ToString().Split('\n').Where(line => line.StartsWith('│'))
            .Select(line => string.Join('|', line.Trim('│').Split('│').Select(cell => cell.Trim())))];
    }
}
