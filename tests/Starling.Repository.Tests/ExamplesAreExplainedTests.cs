using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class ExamplesAreExplainedTests
{
    private static readonly SourceFile Example = new("examples/a.yaml", "");

    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(ExamplesAreExplained.Check(RepositoryTree.Files));

    [Fact]
    public void An_example_without_a_page_is_found() =>
        Assert.Single(ExamplesAreExplained.Check(
            [Example, new SourceFile("README.md", "See examples/b.yaml."), new SourceFile("CHANGELOG.md", "examples/a.yaml")]));

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/learning/start.md")]
    public void An_example_with_a_page_is_not(string page) =>
        Assert.Empty(ExamplesAreExplained.Check([Example, new SourceFile(page, "Run examples/a.yaml.")]));
}
