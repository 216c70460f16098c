using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class SolutionIsCompleteTests
{
    private static readonly SourceFile Core = new("src/Starling.Core/Starling.Core.csproj", "");
    private static readonly SourceFile Tests = new("tests/Starling.Core.Tests/Starling.Core.Tests.csproj", "");

    [Fact]
    public void The_repository_keeps_the_rule() =>
        Finding.None(SolutionIsComplete.Check(RepositoryTree.File("Starling.slnx"), RepositoryTree.Files));

    [Fact]
    public void A_project_that_is_not_listed_is_found()
    {
        Assert.Empty(SolutionIsComplete.Check(Solution(Core.Path, Tests.Path), [Core, Tests]));
        Assert.Single(SolutionIsComplete.Check(Solution(Core.Path), [Core, Tests]));
        Assert.Single(SolutionIsComplete.Check(Solution(Tests.Path), [Core, Tests]));
    }

    [Fact]
    public void A_listed_project_that_is_not_there_is_found() =>
        Assert.Single(SolutionIsComplete.Check(Solution(Core.Path, Tests.Path), [Core]));

    [Fact]
    public void A_test_project_that_would_not_be_run_is_found()
    {
        var odd = new SourceFile("tests/Core/Starling.Core.Checks.csproj", "");
        Assert.Single(SolutionIsComplete.Check(Solution(odd.Path), [odd]));
        var user = Tests with { Text = "<ProjectReference Include=\"../Core/Starling.Core.Checks.csproj\" />" };
        Assert.Empty(SolutionIsComplete.Check(Solution(odd.Path, user.Path), [odd, user]));
    }

    private static SourceFile Solution(params string[] projects) =>
        new("Starling.slnx", $"<Solution>{string.Concat(projects.Select(path => $"<Project Path=\"{path}\" />"))}</Solution>");
}
