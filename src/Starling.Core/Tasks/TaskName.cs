using Starling.Core.Identity;

namespace Starling.Core.Tasks;

/// <summary>Names a task within its task runner; written as a contract's name is.</summary>
public readonly record struct TaskName : IComparable<TaskName>
{
    private readonly ContractId name;

    private TaskName(ContractId name) => this.name = name;

    /// <summary>The name; empty for none.</summary>
    public string Value => name.Value;

    /// <summary>Whether it names no task.</summary>
    public bool IsNone => Value.Length == 0;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string? text, out TaskName task)
    {
        var isName = ContractId.TryParse(text, out var name);
        task = new TaskName(name);
        return isName;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static TaskName Parse(string text) => TryParse(text, out var task)
        ? task
        : throw new FormatException($"'{text}' cannot name a task; use up to {ContractId.MaxLength} of a-z, 0-9, '-', '.' and '_'.");

    /// <inheritdoc/>
    public int CompareTo(TaskName other) => name.CompareTo(other.name);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
