using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class BannedSymbolsTests
{
    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(BannedSymbols.Check(RepositoryTree.Files));

    [Theory]
    [InlineData("src/Starling.Core/BannedSymbols.txt", "T:System.IO.File;")]
    [InlineData("tests/BannedSymbols.txt", "M:System.Threading.Thread.Sl" + "eep(System.Int32);")]
    [InlineData("Directory.Build.props", "Microsoft.CodeAnalysis.BannedApiAnalyzers")]
    [InlineData("Directory.Build.props", "$(MSBuildProjectDirectory)/BannedSymbols.txt")]
    [InlineData(".editorconfig", "dotnet_diagnostic.RS0030.severity")]
    public void A_ban_that_is_taken_out_is_found(string path, string text)
    {
        var changed = RepositoryTree.Files.Select(
            file => file.Path == path ? file with { Text = file.Text.Replace(text, "", StringComparison.Ordinal) } : file);
        Assert.NotEmpty(BannedSymbols.Check([.. changed]));
    }

    [Theory]
    [InlineData("src/A/A.csproj", "<NoWarn>RS0030</NoWarn>")]
    [InlineData("src/A/A.csproj", """<AdditionalFiles Remove="BannedSymbols.txt" />""")]
    public void A_ban_that_is_weakened_is_found(string path, string text) =>
        Assert.Single(BannedSymbols.Check([.. RepositoryTree.Files, new SourceFile(path, text)]));
}
