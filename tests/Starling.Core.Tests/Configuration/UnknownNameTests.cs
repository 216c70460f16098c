using Starling.Core.Configuration;

namespace Starling.Core.Tests.Configuration;

public sealed class UnknownNameTests
{
    /// <summary>Red if it is not said what was looked for, which was probably meant, what there is, or what lists it.</summary>
    [Theory]
    [InlineData("digit", "there is no contract 'digit'; did you mean 'digits'? There are digits, mnist; 'contract list' lists them.")]
    [InlineData("elsewhere", "there is no contract 'elsewhere'; there are digits, mnist; 'contract list' lists them.")]
    public void What_is_meant_and_what_there_is_are_told(string written, string sentence) =>
        Assert.Equal(sentence, UnknownName.Sentence("contract", written, ["digits", "mnist"], "contract list"));

    [Fact]
    public void Where_there_is_nothing_no_command_lists_it() =>
        Assert.Equal("there is no run 'a' in runs; there is none yet.", UnknownName.Sentence("run", "a", [], "runs list", " in runs"));

    /// <summary>Red if a sentence grows with what there is, or with what others named it.</summary>
    [Fact]
    public void What_there_is_is_told_up_to_a_bound()
    {
        var sentence = UnknownName.Sentence("node", "\u001b[31m", Enumerable.Range(0, 5000).Select(i => new string('x', 500) + i), null);
        Assert.True(sentence.Length < 1500);
        Assert.EndsWith(" and 4984 more.", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', sentence);
    }
}
