using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class DependencyArrowsTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(DependencyArrows.Check(RepositoryTree.Projects("src")));

    [Fact]
    public void Every_project_of_the_drawing_exists() => Assert.Equal(9, RepositoryTree.Projects("src").Count());

    [Theory]
    [InlineData("Starling.Core", """<ProjectReference Include="../Starling.Learning/Starling.Learning.csproj" />""")]
    [InlineData("Starling.Core", """<PackageReference Include="YamlDotNet" />""")]
    [InlineData("Starling.Api", """<FrameworkReference Include="Microsoft.AspNetCore.App" />""")]
    [InlineData("Starling.Ledgers", "")]
    [InlineData("Starling.Surprise", "")]
    public void A_wrong_arrow_is_found(string project, string items)
    {
        var sample = new SourceFile($"src/{project}/{project}.csproj", $"<Project><ItemGroup>{items}</ItemGroup></Project>");
        Assert.Single(DependencyArrows.Check([sample]));
    }
}
