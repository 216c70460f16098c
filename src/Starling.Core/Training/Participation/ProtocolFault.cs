namespace Starling.Core.Training.Participation;

/// <summary>What is wrong with a sync protocol's parameter.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="What">What is wrong and what to do, to be read behind the name.</param>
public sealed record ProtocolFault(string Parameter, string What);
