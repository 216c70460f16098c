using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class MutantsApplyTests
{
    private const string Head =
        "Subject: It is weak.\nDetector: explore --nodes 3\n\ndiff --git a/src/A.cs b/src/A.cs\n--- a/src/A.cs\n+++ b/src/A.cs\n";
    private const string Hunk = "@@ -1,3 +1,2 @@\n one\n-two\n three\n";
    private const string Listed = "| 1 | It is weak. `01-weak` | x |";

    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(MutantsApply.Check(RepositoryTree.Files));

    [Theory]
    [InlineData(Head + "@@ -1,2 +1,1 @@\n one\n-2\n", Listed)]
    [InlineData(Head + "@@ -1,2 +1,1 @@\n two\n-one\n", Listed)]
    [InlineData(Head, Listed)]
    [InlineData("Subject: It is weak.\n\n--- a/src/A.cs\n" + Hunk, Listed)]
    [InlineData(Head + Hunk, "")]
    [InlineData(Head + Hunk, Listed + "\n| 2 | Gone. `02-gone` | x |")]
    public void What_is_wrong_is_found(string patch, string page) => Assert.Single(Check(patch, page));

    [Fact]
    public void A_good_patch_is_not() => Assert.Empty(Check(Head + Hunk, Listed));

    [Theory]
    [InlineData("2 of 2")]
    [InlineData("0 of 1")]
    public void Another_number_than_that_of_the_patches_is_found(string promised) =>
        Assert.Contains("docs/promises.md: counts", Assert.Single(Check(Head + Hunk, Listed, promised)), StringComparison.Ordinal);

    private static IEnumerable<string> Check(string patch, string page, string promised = "1 of 1") => MutantsApply.Check(
    [
        new SourceFile("docs/mutants.md", page), new SourceFile("docs/promises.md", $"| each rule | [{promised} found](mutants.md) |"), new SourceFile("src/A.cs", "one\ntwo\nthree\n"),
        new SourceFile("tests/mutants/01-weak.patch", patch),
    ]);
}
