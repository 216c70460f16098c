namespace Starling.Node.Events;

/// <summary>Which model was measured.</summary>
public enum ModelKind
{
    /// <summary>The model before any training.</summary>
    Initial,

    /// <summary>The node's own update.</summary>
    Local,

    /// <summary>A committed merge.</summary>
    Merged,

    /// <summary>The last committed merge, after training has ended.</summary>
    Final,
}
