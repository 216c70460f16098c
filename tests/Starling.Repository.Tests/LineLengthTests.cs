using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class LineLengthTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(LineLength.Check(RepositoryTree.Files));

    [Theory]
    [InlineData(140, false)]
    [InlineData(141, true)]
    public void A_line_of_140_columns_is_the_longest(int columns, bool isTooLong) =>
        Assert.Equal(isTooLong, IsFound(new string('x', columns)));

    [Theory]
    [InlineData("a = \"", 200, "\";", false)]
    [InlineData("a = $\"{b} ", 200, "\";", false)]
    [InlineData("a = \"\"\"\n", 200, "\n\"\"\";", false)]
    [InlineData("a = \"\" + b", 200, ";", true)]
    public void A_text_does_not_count(string before, int count, string after, bool isTooLong) =>
        Assert.Equal(isTooLong, IsFound(before + new string('x', count) + after));

    private static bool IsFound(string line) => LineLength.Check([new SourceFile("src/A.cs", line)]).Any();
}
