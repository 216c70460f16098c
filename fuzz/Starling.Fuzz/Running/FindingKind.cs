namespace Starling.Fuzz.Running;

/// <summary>What a parser may not do.</summary>
internal enum FindingKind
{
    /// <summary>It throws what it does not document.</summary>
    Crash,

    /// <summary>It takes longer than a second.</summary>
    Hang,

    /// <summary>It allocates more than its bound.</summary>
    Allocation,

    /// <summary>It accepts an input and reads it wrongly.</summary>
    Property,
}
