using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class MarkdownLinksTests
{
    [Fact]
    public void The_repository_keeps_the_rule() =>
        Finding.None(MarkdownLinks.Check(RepositoryTree.Files, path => Path.Exists(Path.Combine(RepositoryTree.Root, path))));

    [Theory]
    [InlineData("[a](missing.md)")]
    [InlineData("[a](../../outside.md)")]
    [InlineData("[a](/README.md)")]
    [InlineData("[a](README.md#part)")]
    [InlineData("fine [a](here.md), then [b](missing.md \"title\")")]
    public void A_link_to_nowhere_is_found(string line) => Assert.Single(Check(line));

    [Theory]
    [InlineData("[a](here.md)")]
    [InlineData("[a](../README.md#part)")]
    [InlineData("[a](#part), [b](https://example.org/x)")]
    [InlineData("```\n[a](missing.md)\n```")]
    public void A_good_link_is_not(string line) => Assert.Empty(Check(line));

    private static IEnumerable<string> Check(string text) =>
        MarkdownLinks.Check([new SourceFile("docs/index.md", text)], path => path is "README.md" or "docs/here.md");
}
