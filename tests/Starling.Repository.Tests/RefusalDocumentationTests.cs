using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class RefusalDocumentationTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(RefusalDocumentation.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("A")]
    [InlineData("// a plain comment\nA")]
    [InlineData("/// <summary>  </summary>\nA")]
    [InlineData("/// <summary>Says it.</summary>\nB, A")]
    public void A_silent_value_is_found(string values) => Assert.Single(RefusalDocumentation.Check([Sample(values)]));

    [Fact]
    public void A_documented_value_is_not() =>
        Assert.Empty(
            RefusalDocumentation.Check([Sample("/// <summary>Says it.</summary>\nA,\n/// <summary>\n/// It too.\n/// </summary>\nB")]));

    private static SourceFile Sample(string values) =>
        new("src/A.cs", $"/// <summary>Reasons.</summary>\npublic enum EntryRefusal\n{{\n{values}\n}}");
}
