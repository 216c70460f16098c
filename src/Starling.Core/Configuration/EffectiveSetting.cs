namespace Starling.Core.Configuration;

/// <summary>A setting as it is in force, given or by default.</summary>
/// <param name="Path">Such as <c>training.minPeers</c>.</param>
/// <param name="Value">As it would be written in a file.</param>
/// <param name="IsDefault">Whether it was not given.</param>
public readonly record struct EffectiveSetting(string Path, string Value, bool IsDefault)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}={Value}";
}
