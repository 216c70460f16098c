using Starling.Core.Models;

namespace Starling.Core.Merging;

/// <summary>What a merge in memory came to.</summary>
/// <param name="State">The merged state; null after a fault.</param>
/// <param name="Fault">The fault; null if there is a state.</param>
public sealed record MergeResult(ModelState? State, MergeFault? Fault);
