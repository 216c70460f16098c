using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class RefusalsAreTestedTests
{
    private static readonly SourceFile Refusals = new("src/EntryRefusal.cs", "public enum EntryRefusal { None, TooLate, TooLateAgain }");

    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(RefusalsAreTested.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("", 2)]
    [InlineData("Assert.Equal(EntryRefusal.TooLateAgain, x);", 1)]
    [InlineData("TooLate TooLateAgain", 2)]
    [InlineData("EntryRefusal.TooLate, EntryRefusal.TooLateAgain", 0)]
    public void A_value_that_no_test_names_is_found(string test, int findings) =>
        Assert.Equal(findings, RefusalsAreTested.Check([Refusals, new SourceFile("tests/A.cs", test)]).Count());
}
