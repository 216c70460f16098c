using Starling.Cli.Commands;

namespace Starling.Cli.Tests.Commands;

public sealed class SimProgressTests
{
    /// <summary>Red if what is found begins in the line that says how far it is, or that line is not overwritten.</summary>
    [Fact]
    public void At_a_terminal_what_is_found_has_lines_of_its_own() => Assert.Equal("""
        ~1 of 3 seeds, 0 with violations~2 of 3 seeds, 1 with violations
        seed 2 breaks a rule
          replay: it
        ~3 of 3 seeds, 1 with violations
        counts
        last

        """.Replace('~', '\r'), Written(isTerminal: true));

    /// <summary>Red if a terminal's signs get into a file.</summary>
    [Fact]
    public void Elsewhere_each_is_a_line() => Assert.Equal("""
        1 of 3 seeds, 0 with violations
        2 of 3 seeds, 1 with violations
        seed 2 breaks a rule
          replay: it
        3 of 3 seeds, 1 with violations
        counts
        last

        """, Written(isTerminal: false));

    /// <summary>Red if a line is written for each of a million seeds.</summary>
    [Fact]
    public void It_is_said_now_and_then_and_at_the_end()
    {
        using var text = new StringWriter { NewLine = "\n" };
        var told = new SimProgress(text, text, isTerminal: false, TimeSpan.FromDays(1));
        foreach (var done in (int[])[1, 2, 3])
            told.Show(done, 3, 0);
        Assert.Equal("3 of 3 seeds, 0 with violations\n", text.ToString());
    }

    private static string Written(bool isTerminal)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var told = new SimProgress(text, text, isTerminal, TimeSpan.Zero);
        told.Show(1, 3, 0);
        told.Show(2, 3, 1);
        told.WriteLine("seed 2 breaks a rule\n  replay: it");
        told.Show(3, 3, 1);
        told.WriteLine("counts");
        told.WriteLine("last");
        return text.ToString();
    }
}
