namespace Starling.Core.Merging;

/// <summary>
/// Why a merge came to nothing; what was written of it is to be thrown away. The same inputs give the same fault everywhere.
/// </summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Input">The place in the merge's order of the state at fault; -1 if it is none of them.</param>
/// <param name="Element">The element at fault: in the flat buffer, or within its tensor for an integer. 0 for a schema; for too few states,
/// how many it takes.</param>
public sealed record MergeFault(MergeFaultKind Kind, int Input, long Element);
