using Starling.Core.Configuration;

namespace Starling.Core.Tests.Configuration;

public sealed class ShownTextTests
{
    /// <summary>Red if a terminal obeys what a program or another organisation wrote, or what can be seen is lost.</summary>
    [Theory]
    [InlineData("plain, zażółć 漢字 👩 a\u0301", "plain, zażółć 漢字 👩 a\u0301")]
    [InlineData("a\u001b]52;c;eA==\u0007b", "a\uFFFD]52;c;eA==\uFFFDb")]
    [InlineData("a\u009b2Jb\u007f\0", "a\uFFFD2Jb\uFFFD\uFFFD")]
    [InlineData("done\rfailed\r\n\tnext", "done\uFFFDfailed\uFFFD\n\tnext")]
    [InlineData("\u202Egnp\u202C \u2066x\u2069 \u200Bz\uFEFF\u00AD", "\uFFFDgnp\uFFFD \uFFFDx\uFFFD \uFFFDz\uFFFD\uFFFD")]
    [InlineData("a\u2028b\u2029c", "a\uFFFDb\uFFFDc")]
    [InlineData("tag \U000E0041", "tag \uFFFD")]
    public void What_a_terminal_would_obey_is_replaced(string text, string shown) => Assert.Equal(shown, ShownText.Clean(text));

    /// <summary>Red if half a character is passed on, which no terminal and no JSON takes.</summary>
    [Fact]
    public void Half_a_character_is_replaced()
    {
        Assert.Equal("\uFFFDa", ShownText.Clean("\uDE00a"));
        Assert.Equal("a\uFFFD", ShownText.Clean("a\uD83D"));
    }

    /// <summary>Red if what shall be one line can begin another.</summary>
    [Fact]
    public void A_line_stays_one() =>
        Assert.Equal("a b c d e f\uFFFDg", ShownText.Line("a\nb\r\nc\rd\u2028e\tf\u001bg"));
}
