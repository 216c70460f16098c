using System.Buffers;

namespace Starling.Core.Identity;

/// <summary>
/// A node's identity: its SPIFFE ID, <c>spiffe://trust-domain/organisation/node</c> (SPIFFE-ID specification, sections 2.1 to 2.3).
/// Ordered by its UTF-16 code units, which for the permitted characters is also the order of its bytes.
/// </summary>
public readonly record struct NodeId : IComparable<NodeId>
{
    /// <summary>The longest identity, in characters.</summary>
    public const int MaxLength = 255;

    private const string Scheme = "spiffe://";

    private static readonly SearchValues<char> Permitted =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    private readonly string? value;

    private NodeId(string value) => this.value = value;

    /// <summary>The whole SPIFFE ID; empty for the default value, which names nobody.</summary>
    public string Value => value ?? "";

    /// <summary>Whether this names nobody.</summary>
    public bool IsNone => value is null;

    /// <summary>The trust domain, the part between <c>spiffe://</c> and the next slash.</summary>
    public string TrustDomain => Part(0);

    /// <summary>The organisation that the node belongs to.</summary>
    public string Organisation => Part(1);

    /// <summary>The node's name within its organisation.</summary>
    public string Name => Part(2);

    /// <summary>What people call it: <c>organisation/name</c>.</summary>
    public string Short => $"{Organisation}/{Name}";

    /// <summary>Reads a SPIFFE ID with exactly an organisation and a node in its path.</summary>
    public static bool TryParse(string? text, out NodeId id)
    {
        id = text is not null && IsWellFormed(text) ? new NodeId(text) : default;
        return !id.IsNone;
    }

    /// <summary>Whether a text is such a SPIFFE ID.</summary>
    public static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        if (text.Length > MaxLength || !text.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        var rest = text[Scheme.Length..];
        for (var part = 0; part < 3; part++)
        {
            var end = rest.IndexOf('/');
            if (end < 0 != (part == 2))
                return false;
            var name = end < 0 ? rest : rest[..end];
            if (name.IsEmpty || name is "." or ".." || name.ContainsAnyExcept(Permitted)
                || (part == 0 && name.ContainsAnyInRange('A', 'Z')))
                return false;
            rest = rest[(end + 1)..];
        }

        return true;
    }

    /// <summary>Reads a SPIFFE ID.</summary>
    /// <exception cref="FormatException">The text is not one.</exception>
    public static NodeId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException($"'{text}' is not an identity; write spiffe://trust-domain/organisation/node.");

    /// <summary>Composes an identity from its parts.</summary>
    public static NodeId Create(string trustDomain, string organisation, string name) =>
        Parse($"{Scheme}{trustDomain}/{organisation}/{name}");

    /// <inheritdoc/>
    public int CompareTo(NodeId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    private string Part(int index) => value is null ? "" : value[Scheme.Length..].Split('/')[index];
}
