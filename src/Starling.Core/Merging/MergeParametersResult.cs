using System.Collections.Immutable;

namespace Starling.Core.Merging;

/// <summary>What checking parameters came to.</summary>
/// <param name="Parameters">The checked parameters; null if anything is wrong.</param>
/// <param name="Errors">All that is wrong, a sentence each.</param>
public sealed record MergeParametersResult(MergeParameters? Parameters, ImmutableArray<string> Errors);
