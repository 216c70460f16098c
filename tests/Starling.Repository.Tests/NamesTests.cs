using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class NamesTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(Names.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("src/StringHelper.cs", "")]
    [InlineData("clients/python/string_utils.py", "")]
    [InlineData("src/Starling.Common/Starling.csproj", "")]
    [InlineData("src/A.cs", "class A { class ConnectionManager; }")]
    [InlineData("src/A.cs", "namespace Starling.Utilities; class A;")]
    public void An_empty_name_is_found(string path, string text) => Assert.Single(Names.Check([new SourceFile(path, text)]));

    [Theory]
    [InlineData("src/CommonName.cs", "class ManagerOfNothing;")]
    [InlineData("src/A.cs", "// the Manager\nclass Uncommon;")]
    public void A_name_that_only_contains_the_word_is_not(string path, string text) =>
        Assert.Empty(Names.Check([new SourceFile(path, text)]));
}
