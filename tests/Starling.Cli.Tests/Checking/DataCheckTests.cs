using Starling.Cli.Checking;

namespace Starling.Cli.Tests.Checking;

public sealed class DataCheckTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("starling-check-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Red if the page that people read lacks a part, or the table of docs/own-data.md is no longer what is printed.</summary>
    [Fact]
    public void It_is_told_as_the_documentation_shows_it()
    {
        var text = new System.Text.StringBuilder("id,age,pressure,sex,ward,diagnosis\n");
        for (var i = 0; i < 240; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"{i + 1},{20 + (i * 17 % 60)},{(i % 24 == 1 ? "" : $"{100 + (i * 37 % 70)}")},{(i % 2 == 0 ? "f" : "m")},A,{(i % 4 == 1 ? "ill" : "healthy")}\n");
        var output = Check("patients.csv", text.ToString());
        var page = File.ReadAllText(Path.Combine(Repository(), "docs", "own-data.md"));
        var shown = Assert.Single(page.Split("\n```\n"), block => block.StartsWith("patients.csv: ", StringComparison.Ordinal));
        Assert.Equal(shown, output.Replace(folder + "/patients.csv: ", "patients.csv: ", StringComparison.Ordinal)
            .Replace(folder, "/home/ada", StringComparison.Ordinal).TrimEnd('\n'));
    }

    /// <summary>Red if a file with thousands of columns, labels or faults fills the screen.</summary>
    [Fact]
    public void A_wide_file_is_told_in_brief()
    {
        var header = string.Join(',', Enumerable.Range(0, 500).Select(i => $"column {i}"));
        var rows = string.Concat(Enumerable.Range(0, 90)
            .Select(
                i => string.Join(',', Enumerable.Range(0, 500).Select(c => c == 499 ? $"class {i}" : c % 2 == 0 ? "x" : $"{i}.5")) + "\n"));
        var lines = Check("wide.csv", $"{header}\n{rows}").Split('\n');
        Assert.InRange(lines.Length, 50, 160);
        Assert.Contains(lines, line => line.StartsWith("and 459 more: ", StringComparison.Ordinal));
        Assert.Contains("and 50 more", lines);
        Assert.Contains("  - and 210 more, which --json lists", lines);
    }

    private string Check(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        using var output = new StringWriter { NewLine = "\n" };
        DataCheck.Of(path, null, 4, TextWriter.Null).Write(output);
        return output.ToString();
    }

    private static string Repository([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
