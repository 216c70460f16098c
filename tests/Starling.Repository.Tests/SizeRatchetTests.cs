using Starling.Repository.Tests.Rules;
using Starling.Repository.Tests.Sources;

namespace Starling.Repository.Tests;

public sealed class SizeRatchetTests
{
    private static readonly SortedDictionary<string, int> Nothing = new(StringComparer.Ordinal);

    [Fact]
    public void The_repository_keeps_the_rule() => Finding.None(SizeRatchet.Check(RepositoryTree.Files, SizeRatchet.Known));

    [Fact]
    public void A_file_of_400_lines_is_the_longest()
    {
        Assert.Empty(SizeRatchet.Check([Lines("a.py", 400)], Nothing));
        Assert.Single(SizeRatchet.Check([Lines("a.py", 401)], Nothing));
    }

    [Theory]
    [InlineData("class A\n{\n    /// <summary>\n    /// Counts for nothing.\n    /// </summary>\n    void B()\n    {\n", "    }\n}\n")]
    [InlineData("class A\n{\n    int B\n    { get\n", "    }\n}\n")]
    [InlineData("class A\n{\n    A()\n    {\n", "    }\n}\n")]
    [InlineData("class A\n{\n    Action b = () =>\n    {\n", "    };\n}\n")]
    public void A_method_of_70_lines_is_the_longest(string before, string after)
    {
        SourceFile Sample(int lines) => new("src/A.cs", before + string.Concat(Enumerable.Repeat("        // {\n", lines - 3)) + after);
        Assert.Empty(SizeRatchet.Check([Sample(70)], Nothing));
        Assert.Single(SizeRatchet.Check([Sample(71)], Nothing));
    }

    [Fact]
    public void Top_level_statements_are_a_method() =>
        Assert.Single(SizeRatchet.Check([new SourceFile("src/Program.cs", string.Concat(Enumerable.Repeat("A();\n", 71)))], Nothing));

    [Fact]
    public void A_known_offender_may_not_grow()
    {
        Assert.Empty(SizeRatchet.Check([Lines("a.py", 500)], Known(500)));
        Assert.Contains("grew", Assert.Single(SizeRatchet.Check([Lines("a.py", 501)], Known(500))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(499)]
    [InlineData(1)]
    public void A_known_offender_that_shrank_must_leave_the_list(int lines) =>
        Assert.Contains("shrunk", Assert.Single(SizeRatchet.Check([Lines("a.py", lines)], Known(500))), StringComparison.Ordinal);

    private static SortedDictionary<string, int> Known(int lines) => new(StringComparer.Ordinal) { ["a.py"] = lines };

    private static SourceFile Lines(string path, int count) => new(path, string.Concat(Enumerable.Repeat("x\n", count)));
}
