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
    [InlineData("Assert.Equal(x, EntryRefusal.TooLate); Assert.NotEqual(EntryRefusal.TooLateAgain, x);", 2)]
    [InlineData("var known = EntryRefusal.TooLate; // Assert.Equal(EntryRefusal.TooLateAgain, x);", 2)]
    [InlineData("Assert.Equal((EntryRefusal.TooLate, 3), x); await RefusesAsync(x, EntryRefusal.TooLateAgain);", 0)]
    [InlineData("Row a = new(x, nameof(EntryRefusal.TooLate)); F(nameof(EntryRefusal.TooLateAgain));", 1)]
    public void A_value_that_no_test_expects_is_found(string test, int findings) =>
        Assert.Equal(findings, RefusalsAreTested.Check([Refusals, new SourceFile("tests/A.cs", test)]).Count());
}
