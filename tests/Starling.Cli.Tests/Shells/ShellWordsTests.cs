using Starling.Cli.Commands;
using Starling.Cli.Shells;

namespace Starling.Cli.Tests.Shells;

public sealed class ShellWordsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("  # nothing", "")]
    [InlineData("task list", "task|list")]
    [InlineData("  task\tlist  # all of them", "task|list")]
    [InlineData("a#b #c", "a#b")]
    [InlineData("\"two words\" 'and two' x", "two words|and two|x")]
    [InlineData("a\"b c\"d", "ab cd")]
    [InlineData("\"\" x", "|x")]
    [InlineData("\"say \\\"hi\\\"\" 'c:\\d'", "say \"hi\"|c:\\d")]
    public void A_line_is_split_into_words(string line, string words)
    {
        Assert.True(ShellWords.TrySplit(line, out var split));
        Assert.Equal(words, string.Join('|', split));
    }

    [Theory]
    [InlineData("\"open")]
    [InlineData("a 'open")]
    [InlineData("\"open\\\"")]
    public void A_quote_that_is_not_closed_is_told(string line) => Assert.False(ShellWords.TrySplit(line, out _));

    /// <summary>Red if names lose their letters, or commands keep theirs.</summary>
    [Theory]
    [InlineData("TASK Create Train.yaml --runner Lab", "task create Train.yaml --runner Lab")]
    [InlineData("CONTEXT ENV SET Runner TASK", "context env set Runner TASK")]
    [InlineData("Assign TASK To Lab", "assign TASK To Lab")]
    [InlineData("nothing LIST", "nothing LIST")]
    public void Commands_may_be_written_large(string line, string canonical)
    {
        ShellWords.TrySplit(line, out var words);
        Assert.Equal(canonical, string.Join(' ', ShellWords.Canonical(CommandLine.Build(), words)));
    }
}
