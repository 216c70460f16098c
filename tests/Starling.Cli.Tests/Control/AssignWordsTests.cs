using Starling.Cli.Control.Tasks;
using Starling.Cli.Terminal;

namespace Starling.Cli.Tests.Control;

public sealed class AssignWordsTests
{
    [Theory]
    [InlineData("train with 3 peers", "train", null, 3, null)]
    [InlineData("train with 1 peer", "train", null, 1, null)]
    [InlineData("train TO lab WITH ALL PEERS", "train", "lab", null, null)]
    [InlineData("Train to Lab target clinic-a/node", "Train", "Lab", null, "clinic-a/node")]
    [InlineData("to to to target target", "to", "to", null, "target")]
    public void An_assignment_is_read(string words, string task, string? runner, int? count, string? member) =>
        Assert.Equal(new AssignWords(task, runner, count, member), AssignWords.Parse(words.Split(' ')));

    [Theory]
    [InlineData("train")]
    [InlineData("train to lab")]
    [InlineData("train with peers")]
    [InlineData("train with 0 peers")]
    [InlineData("train with 1025 peers")]
    [InlineData("train with -1 peers")]
    [InlineData("train target")]
    [InlineData("train with 2 peers please")]
    public void What_is_none_is_told_with_its_form(string words) =>
        Assert.Contains("with K peers", Assert.Throws<CommandException>(() => AssignWords.Parse(words.Split(' '))).Message,
            StringComparison.Ordinal);
}
