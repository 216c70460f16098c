using Starling.Cli.Control.Tasks;
using Starling.Core.Configuration;
using Starling.Core.Tasks;

namespace Starling.Cli.Tests.Control;

public sealed class TaskFileTests : IDisposable
{
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("starling-task-").FullName, "train.yaml");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Fact]
    public void A_task_is_read()
    {
        var task = Read("""
            name: train
            kind: run-training
            author: the lab
            prerequisite: fetch
            outcome: a model
            training: digits
            body: |
              experiment: digits.yaml
            """);
        Assert.Equal(("train", TaskKind.RunTraining, "the lab", "fetch", "a model", "digits"),
            (task.Name.Value, task.Kind, task.Author, task.Prerequisite.Value, task.Outcome, task.Training?.Value));
        Assert.Equal("experiment: digits.yaml", task.Body.TrimEnd());
    }

    /// <summary>Red if a body that is written as YAML is lost, or cannot be read again.</summary>
    [Fact]
    public void A_body_may_be_written_as_it_is()
    {
        var task = Read("name: stop\nkind: stop-programs\nbody:\n  tasks: [a, b]\n");
        Assert.Contains("tasks", task.Body, StringComparison.Ordinal);
        Assert.Null(task.Training);
        Assert.True(task.Prerequisite.IsNone);
    }

    /// <summary>Red if only the first mistake is told, or one without its line.</summary>
    [Fact]
    public void All_mistakes_are_told_at_once_with_their_lines()
    {
        var mistakes = Assert.Throws<ConfigurationException>(
            () => Read("name: Not A Name\nkind: run-trainings\nprerequisite: also not\noutcom: x\n")).Mistakes;
        Assert.Equal([1, 2, 3, 4], mistakes.Select(mistake => mistake.Line));
        Assert.Contains("run-training", mistakes[1].Nearest, StringComparison.Ordinal);
        Assert.Equal("outcome", mistakes[3].Nearest);
    }

    [Theory]
    [InlineData("name: a\nkind: run-training\n", "needs 'training'")]
    [InlineData("name: a\nkind: fetch-content\ntraining: digits\n", "run-training alone")]
    [InlineData("name: a\nkind: stop-programs\nprerequisite: a\n", "is the task itself")]
    [InlineData("name: a\nkind: run-training\ntraining: NO\n", "cannot name a contract")]
    [InlineData("kind: stop-programs\n", "name is missing")]
    public void What_does_not_fit_is_told(string text, string words) =>
        Assert.Contains(words, Assert.Throws<ConfigurationException>(() => Read(text)).Message, StringComparison.Ordinal);

    private TaskFile Read(string text)
    {
        File.WriteAllText(path, text);
        return TaskFile.Read(path);
    }
}
