using System.Text.Json;
using Starling.Core.Configuration;
using Starling.Core.Identity;
using Starling.Core.Tasks;
using Starling.Learning.Experiments;

namespace Starling.Cli.Control.Tasks;

/// <summary>
/// A task as its author writes it, in YAML. The training contract is named only: what it was founded with, the ledger tells.
/// </summary>
/// <param name="Name">Its name within the task runner.</param>
/// <param name="Kind">What operators do.</param>
/// <param name="Author">Who wrote it, in words; empty for the user's identity.</param>
/// <param name="Prerequisite">The task that must be complete before; none for a first one.</param>
/// <param name="Outcome">What it leaves.</param>
/// <param name="Training">The training contract; null if it trains nothing.</param>
/// <param name="Body">The details, in YAML.</param>
internal sealed record TaskFile(TaskName Name, TaskKind Kind, string Author, TaskName Prerequisite, string Outcome, ContractId? Training,
    string Body)
{
    private static readonly SortedDictionary<string, TaskKind> Kinds =
        new(Enum.GetValues<TaskKind>().ToDictionary(kind => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString())),
            StringComparer.Ordinal);

    private static readonly YamlBounds Bounds = new(2 * TaskDefinition.MaxBodyBytes, 16_384);

    /// <summary>Reads a file. All mistakes are told at once; unknown names are mistakes.</summary>
    /// <exception cref="ConfigurationException">Something is wrong; every mistake is listed with its line.</exception>
    public static TaskFile Read(string path)
    {
        var tree = YamlTreeReader.ReadFile(path, Bounds);
        var binder = new ConfigurationBinder(tree);
        var root = binder.Root;
        var kind = Kinds.GetValueOrDefault(root.Choice("kind", null, [.. Kinds.Keys]));
        var file = new TaskFile(
            BindName(root, "name", root.Text("name", null, ContractId.MaxLength)),
            kind,
            root.Text("author", "", TaskDefinition.MaxTextBytes),
            root.OptionalText("prerequisite", ContractId.MaxLength) is { Length: > 0 } before
                ? BindName(root, "prerequisite", before)
                : default,
            root.Text("outcome", "", TaskDefinition.MaxTextBytes),
            BindTraining(root, kind),
            BindBody(tree, root));
        if (!file.Prerequisite.IsNone && file.Prerequisite == file.Name)
            root.Fault("prerequisite", "is the task itself; name one that comes before, or leave it out");
        var mistakes = binder.Complete();
        if (Enum.IsDefined(kind) && tree.Root.Find("body")?.Value is not ConfigurationList)
            mistakes = [.. mistakes.Concat(TaskBodyCheck.Of(kind, file.Outcome, tree)).OrderBy(mistake => mistake.Line)];
        return mistakes.IsEmpty ? file : throw new ConfigurationException(mistakes);
    }

    private static TaskName BindName(SectionBinder root, string key, string text)
    {
        if (!TaskName.TryParse(text, out var name) && text.Length > 0)
            root.Fault(key,
                $"is '{Mistake.Shorten(text)}', which cannot name a task; use up to {ContractId.MaxLength} of a-z, 0-9, '-', '.' and '_'");
        return name;
    }

    private static ContractId? BindTraining(SectionBinder root, TaskKind kind)
    {
        var text = root.OptionalText("training", ContractId.MaxLength);
        if (text is null && kind == TaskKind.RunTraining)
            root.Fault("kind", "is run-training, which needs 'training': the name of a training contract");
        else if (text is not null && Enum.IsDefined(kind) && kind != TaskKind.RunTraining)
            root.Fault("training", "is for tasks of kind run-training alone; take it out");
        if (text is not { Length: > 0 })
            return null;
        if (!ContractId.TryParse(text, out var training))
            root.Fault("training",
                $"is '{Mistake.Shorten(text)}', which cannot name a contract; use up to {ContractId.MaxLength} of a-z, 0-9, '-', '.' and '_'");
        return training;
    }

    // Written as a text, it stays as it is; written as YAML, its mistakes of form show here.
    private static string BindBody(ConfigurationTree tree, SectionBinder root)
    {
        if (tree.Root.Find("body")?.Value is not ConfigurationSection section)
            return root.Text("body", "", TaskDefinition.MaxBodyBytes);
        root.Ignore("body");
        return YamlTreeWriter.Write(new ConfigurationTree(tree.File, section));
    }
}
