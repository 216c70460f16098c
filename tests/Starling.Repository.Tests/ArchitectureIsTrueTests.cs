using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class ArchitectureIsTrueTests
{
    private static readonly SourceFile[] Projects =
        [new("src/Starling.Core/Starling.Core.csproj", ""), new("tests/Starling.Core.Tests/Starling.Core.Tests.csproj", "")];

    [Fact]
    public void The_repository_keeps_the_rule() =>
        Finding.None(ArchitectureIsTrue.Check(RepositoryTree.File("ARCHITECTURE.md"),
            RepositoryTree.Projects("src").Concat(RepositoryTree.Projects("tests"))));

    [Theory]
    [InlineData("Nothing is said.", 1)]
    [InlineData("Starling.Core and Starling.Market.", 1)]
    [InlineData("Starling.Core, tested by Starling.Core.Tests.", 0)]
    public void What_is_missing_or_invented_is_found(string text, int findings) =>
        Assert.Equal(findings, ArchitectureIsTrue.Check(new SourceFile("ARCHITECTURE.md", text), Projects).Count());
}
