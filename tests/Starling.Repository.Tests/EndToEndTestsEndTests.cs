using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class EndToEndTestsEndTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(EndToEndTestsEnd.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("[Fact] public async Task A() { }", 1)]
    [InlineData("[Theory, InlineData(1)] public Task A(int b) => C();", 1)]
    [InlineData("[Fact(Skip = \"no\")] public async Task A() { }", 1)]
    [InlineData("[Fact(Timeout = TimeLimit.Quick)] public async Task A() { }", 0)]
    [InlineData("[Fact] public void A() { }", 0)]
    [InlineData("private async Task A() { }", 0)]
    public void A_test_without_a_limit_is_found(string method, int findings) => Assert.Equal(findings,
        EndToEndTestsEnd.Check([new SourceFile("tests/Starling.EndToEnd.Tests/A.cs", $"class B {{ {method} }}")]).Count());
}
