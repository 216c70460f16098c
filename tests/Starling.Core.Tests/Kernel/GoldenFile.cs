using System.Runtime.CompilerServices;

namespace Starling.Core.Tests.Kernel;

/// <summary>Compares a transcript with the one in <c>testdata</c>, or writes it there when STARLING_WRITE_TRANSCRIPTS is 1.</summary>
internal static class GoldenFile
{
    public static void Check(string name, IEnumerable<string> lines)
    {
        var file = Path.Combine(Root(), "testdata", name);
        var actual = string.Join('\n', lines) + "\n";
        if (Environment.GetEnvironmentVariable("STARLING_WRITE_TRANSCRIPTS") == "1")
            File.WriteAllText(file, actual);
        Assert.Equal(File.ReadAllText(file), actual);
    }

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
