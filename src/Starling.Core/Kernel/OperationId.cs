namespace Starling.Core.Kernel;

/// <summary>Names an effect that will be completed. A node never uses one twice while it runs; none survives a restart.</summary>
public readonly record struct OperationId(long Value) : IComparable<OperationId>
{
    /// <inheritdoc/>
    public int CompareTo(OperationId other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => $"#{Value}";
}
