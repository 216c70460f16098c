using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class BannedTextTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(BannedText.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("docs/a.md", "TO" + "DO: say more")]
    [InlineData("src/A.cs", "// FIX" + "ME")]
    [InlineData("src/A.cs", "throw new NotImplemented" + "Exception();")]
    [InlineData("tests/A.cs", "Thread.Sl" + "eep(1);")]
    [InlineData("tests/A.cs", "System.Threading.Thread . Sl" + "eep(1);")]
    [InlineData("README.md", "get it from https://api.nu" + "get.org/v3")]
    [InlineData("clients/python/setup.py", "'https://py" + "pi.org/simple'")]
    public void Banned_text_is_found(string path, string line) =>
        Assert.Single(BannedText.Check([new SourceFile(path, "x\n" + line + "\n")]));

    [Theory]
    [InlineData("src/A.cs", "var todoList = 1;")]
    [InlineData("examples/A.cs", "Thread.Sl" + "eep(1);")]
    [InlineData("README.md", "Install the SDK from https://dot.net.")]
    public void Other_text_is_not(string path, string line) => Assert.Empty(BannedText.Check([new SourceFile(path, line)]));
}
