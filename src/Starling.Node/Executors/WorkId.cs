using System.Security.Cryptography;

namespace Starling.Node.Executors;

/// <summary>The name of one run of a program on this host: 16 hexadecimal digits, drawn anew for each.</summary>
public readonly record struct WorkId(string Value)
{
    /// <summary>Draws a name.</summary>
    public static WorkId Draw() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
