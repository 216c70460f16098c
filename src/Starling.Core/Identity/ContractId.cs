using System.Buffers;

namespace Starling.Core.Identity;

/// <summary>Names a contract: 1 to 64 of the characters <c>a-z 0-9 - . _</c>, beginning with a letter or digit.</summary>
public readonly record struct ContractId : IComparable<ContractId>
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Permitted = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._");

    private readonly string? value;

    private ContractId(string value) => this.value = value;

    /// <summary>The name; empty for the default value.</summary>
    public string Value => value ?? "";

    /// <summary>Reads a name.</summary>
    public static bool TryParse(string? text, out ContractId id)
    {
        id = default;
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || !char.IsAsciiLetterOrDigit(text[0]))
            return false;
        if (text.AsSpan().ContainsAnyExcept(Permitted))
            return false;
        id = new ContractId(text);
        return true;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static ContractId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException($"'{text}' cannot name a contract; use up to {MaxLength} of a-z, 0-9, '-', '.' and '_'.");

    /// <inheritdoc/>
    public int CompareTo(ContractId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
