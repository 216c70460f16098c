using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class StrictProjectsTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(StrictProjects.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("<PropertyGroup><Nullable>disable</Nullable></PropertyGroup>")]
    [InlineData("<PropertyGroup><NoWarn>CS0168</NoWarn></PropertyGroup>")]
    [InlineData("""<ItemGroup><PackageReference Include="A" Version="1.0.0" /></ItemGroup>""")]
    [InlineData("""<ItemGroup><PackageReference Include="A" VersionOverride="1.0.0" /></ItemGroup>""")]
    [InlineData("""<ItemGroup><PackageReference Include="A"><Version>1</Version></PackageReference></ItemGroup>""")]
    public void A_project_that_goes_its_own_way_is_found(string content) =>
        Assert.Single(With("src/A/A.csproj", $"<Project>{content}</Project>"));

    [Theory]
    [InlineData("class A;\n#pragma warning disable CA1000\n")]
    [InlineData("#nullable disable\n")]
    public void A_warning_that_is_off_without_a_reason_is_found(string text) => Assert.Single(With("src/A/A.cs", text));

    [Theory]
    [InlineData("#pragma warning disable CA1000 // the interface demands it\n")]
    [InlineData("// The interface demands it.\n#pragma warning disable CA1000\n#pragma warning restore CA1000\n")]
    public void One_with_a_reason_is_not(string text) => Assert.Empty(With("src/A/A.cs", text));

    [Fact]
    public void A_second_rule_file_is_found() => Assert.Single(With("src/A/.editorconfig", ""));

    [Theory]
    [InlineData("Directory.Build.props")]
    [InlineData("Directory.Packages.props")]
    public void A_missing_rule_file_is_found(string path) =>
        Assert.NotEmpty(StrictProjects.Check([.. RepositoryTree.Files.Where(file => file.Path != path)]));

    private static IEnumerable<string> With(string path, string text) =>
        StrictProjects.Check([.. RepositoryTree.Files, new SourceFile(path, text)]);
}
