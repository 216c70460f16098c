using System.Collections.Immutable;
using Starling.Core.Training;

namespace Starling.Learning.Experiments;

/// <summary>What an admin changes of a training contract that stands.</summary>
/// <param name="Settings">All of the contract's settings, as they are to be.</param>
/// <param name="Changed">Those that are others than before, sorted by name; empty if nothing changes.</param>
public sealed record ContractChange(TrainingSettings Settings, ImmutableArray<ChangedSetting> Changed);
