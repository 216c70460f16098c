using Starling.Core.Identity;

namespace Starling.Node.Tasks;

/// <summary>Names content on a node; written as a contract's name is, so that it is a file's name, too.</summary>
public readonly record struct ContentName
{
    private readonly ContractId name;

    private ContentName(ContractId name) => this.name = name;

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string? text, out ContentName content)
    {
        var isName = ContractId.TryParse(text, out var name);
        content = new ContentName(name);
        return isName;
    }

    /// <inheritdoc/>
    public override string ToString() => name.Value;
}
