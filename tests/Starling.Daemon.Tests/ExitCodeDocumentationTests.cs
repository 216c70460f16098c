using System.Runtime.CompilerServices;
using Starling.Api;

namespace Starling.Daemon.Tests;

public sealed class ExitCodeDocumentationTests
{
    [Fact]
    public void Every_exit_code_stands_in_the_table_and_no_other()
    {
        var rows = File.ReadLines(DocumentPath()).SkipWhile(line => line != "## Exit codes")
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(1).Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1]);
        Assert.Equal(Enum.GetValues<ExitCode>().Select(code => $"{(int)code}"), rows);
    }

    private static string DocumentPath([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "docs", "cli.md");
}
