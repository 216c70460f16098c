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
              nodes: 2
              data: { set: digits }
            """);
        Assert.Equal(("train", TaskKind.RunTraining, "the lab", "fetch", "a model", "digits"),
            (task.Name.Value, task.Kind, task.Author, task.Prerequisite.Value, task.Outcome, task.Training?.Value));
        Assert.Equal("nodes: 2\ndata: { set: digits }", task.Body.TrimEnd());
    }

    /// <summary>Red if a body that is written as YAML is lost, or cannot be read again.</summary>
    [Fact]
    public void A_body_may_be_written_as_it_is()
    {
        var task = Read("name: code\nkind: prepare-content\noutcome: code\nbody:\n  command: [make]\n  outputs: [a, b]\n");
        Assert.Contains("outputs", task.Body, StringComparison.Ordinal);
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

    /// <summary>Red if a mistake within a body first shows to an operator, when the task is final, or shows without its place.</summary>
    [Theory]
    [InlineData("kind: run-training\ntraining: t\nbody:\n  nodes: 2\n  data: { set: digit }",
        "train.yaml:6: body.data.set is 'digit', not one of digits, csv, idx, synthetic, own; did you mean 'digits'?")]
    [InlineData("kind: run-training\ntraining: t\nbody: |\n  # Two.\n  nods: 2\n  data: { set: digits }",
        "train.yaml:6: body.nods is not a setting; did you mean 'nodes'?")]
    [InlineData("kind: run-training\ntraining: t\nbody: \"nodes: 2\\ndata: { set: digit }\"", "train.yaml:4: body.data.set is 'digit'")]
    [InlineData("kind: run-training\ntraining: t\nbody: |\n  nodes: [2\n", "train.yaml:6: body is not YAML")]
    [InlineData("kind: run-training\ntraining: t", "train.yaml:1: body.nodes is missing")]
    [InlineData("kind: run-training\ntraining: t\nbody: { nodes: 2, data: { set: csv, file: rows.csv } }",
        "train.yaml:4: body.data.file says where a host's rows are, which only its owner does")]
    [InlineData("kind: run-training\ntraining: t\nbody: { nodes: 2, data: { set: own }, program: { kind: command, command: [a] } }",
        "train.yaml:4: body.program is of the kind command")]
    [InlineData("kind: run-training\ntraining: t\nbody: { command: [a], limits: { memmory: 1GiB } }",
        "body.limits.memmory is not a setting; did you mean 'memory'?")]
    [InlineData("kind: run-training\ntraining: t\nbody: { command: [a], executor: sandbx }",
        "body.executor is 'sandbx', not one of sandbox, process; did you mean 'sandbox'?")]
    [InlineData("kind: prepare-content\noutcome: A name\nbody: { command: [a], outputs: [b] }",
        "body.outputs are kept under the name of the task's 'outcome', 'A name', which is no name of content")]
    [InlineData("kind: prepare-content\noutcome: a\nbody: { command: [a] }", "body.outputs is missing")]
    [InlineData("kind: fetch-content\nbody: { from: x, content: a }", "body.digest is missing")]
    [InlineData("kind: upgrade-program\nbody: { content: a, whit: b }", "body.whit is not a setting; did you mean 'with'?")]
    [InlineData("kind: stop-programs\nbody: { tasks: [a] }", "body.tasks is not a setting")]
    public void A_mistake_in_a_body_is_told_before_the_task_is_written(string text, string words) =>
        Assert.Contains(words, Assert.Throws<ConfigurationException>(() => Read($"name: a\n{text}\n")).Message, StringComparison.Ordinal);

    /// <summary>Red if the author of a task must know what only the owners of its hosts do.</summary>
    [Theory]
    [InlineData("nodes: 2\n  data: { set: csv }")]
    [InlineData("nodes: 2\n  data: { set: idx }")]
    [InlineData("nodes: 2\n  data: { split: { by: class, classesPerNode: 12 } }")]
    public void What_the_owner_of_a_host_says_is_no_mistake(string body) =>
        Assert.NotEmpty(Read($"name: a\nkind: run-training\ntraining: t\nbody:\n  {body}\n").Body);

    private TaskFile Read(string text)
    {
        File.WriteAllText(path, text);
        return TaskFile.Read(path);
    }
}
