namespace Starling.EndToEnd.Tests.Processes;

/// <summary>Tests that need the whole machine: they run one after another, when all others are done.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
