using Starling.Core.Tasks;

namespace Starling.Core.Tests.Tasks;

public sealed class PrerequisiteCircleTests
{
    /// <summary>Red if tasks that can run are refused, or a circle is not found, or followed for ever.</summary>
    [Theory]
    [InlineData("a", "", null)]
    [InlineData("a", "b", null)]
    [InlineData("d", "b", "it waits for b, which waits for c, which waits for d; name another")]
    [InlineData("a", "x", "it waits for x, which waits for y, which waits for x; name another")]
    public void Tasks_that_wait_for_one_another_are_named(string task, string before, string? expected)
    {
        var others = new Dictionary<TaskName, TaskName>
        {
            [Name("b")] = Name("c"),
            [Name("c")] = Name("d"),
            [Name("x")] = Name("y"),
            [Name("y")] = Name("x"),
        };
        var found = PrerequisiteCircle.Find(Name(task), Name(before), others.GetValueOrDefault);
        if (expected is null)
            Assert.Null(found);
        else
            Assert.Contains(expected, found, StringComparison.Ordinal);
    }

    private static TaskName Name(string text) => text.Length > 0 ? TaskName.Parse(text) : default;
}
