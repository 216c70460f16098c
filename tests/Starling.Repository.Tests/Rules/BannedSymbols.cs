using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests.Rules;

/// <summary>The core's ban on clocks, IO, threads and hash order is wired into the build and fails it.</summary>
internal static class BannedSymbols
{
    private const string Core = "src/Starling.Core/BannedSymbols.txt";
    private const string Tests = "tests/BannedSymbols.txt";

    private static readonly (string File, string[] Symbols)[] Bans =
    [
        (Core,
        [
            "P:System.DateTime.UtcNow", "P:System.TimeProvider.System", "T:System.Diagnostics.Stopwatch", "T:System.Random",
            "M:System.Guid.NewGuid",
            "T:System.Security.Cryptography.RandomNumberGenerator", "T:System.IO.File", "T:System.Net.Sockets.Socket",
            "T:System.Threading.Tasks.Task",
            "T:System.Threading.Tasks.Task`1", "T:System.Threading.Thread", "T:System.Threading.Lock", "T:System.Threading.Monitor",
            "T:System.Collections.Generic.Dictionary`2", "T:System.Collections.Generic.HashSet`1", "T:System.HashCode",
        ]),
        (Tests, ["M:System.Threading.Thread.Sl" + "eep(System.Int32)"]),
    ];

    private static readonly (string File, string Text)[] Wiring =
    [
        ("Directory.Build.props", """<PackageReference Include="Microsoft.CodeAnalysis.BannedApiAnalyzers" """),
        ("Directory.Build.props", """<AdditionalFiles Include="$(MSBuildProjectDirectory)/BannedSymbols.txt" />"""),
        ("Directory.Build.props", """<AdditionalFiles Include="$(MSBuildThisFileDirectory)tests/BannedSymbols.txt" />"""),
        (".editorconfig", "dotnet_diagnostic.RS0030.severity = error"),
    ];

    /// <summary>Checks the lists and the three files that make them count.</summary>
    public static IEnumerable<string> Check(IReadOnlyList<SourceFile> files)
    {
        foreach (var (path, symbols) in Bans)
        {
            var banned = files.FirstOrDefault(file => file.Path == path)?.Lines.Select(line => line.Split(';')[0]).ToList() ?? [];
            foreach (var symbol in symbols.Where(symbol => !banned.Contains(symbol)))
                yield return $"{path}: does not ban {symbol}";
        }
        foreach (var (path, text) in Wiring)
        {
            if (files.FirstOrDefault(file => file.Path == path)?.Text.Contains(text, StringComparison.Ordinal) != true)
                yield return $"{path}: lacks {text}";
        }
        foreach (var file in files.Where(file => file.Path.EndsWith(".csproj", StringComparison.Ordinal) || file.Path == ".editorconfig"))
        {
            var severities = file.Lines.Where(
                line => line.Contains("RS0030", StringComparison.Ordinal) && !line.EndsWith("= error", StringComparison.Ordinal));
            if (severities.Any() || file.Text.Contains("AdditionalFiles Remove", StringComparison.Ordinal))
                yield return $"{file.Path}: weakens the ban";
        }
    }
}
