namespace Starling.Daemon.Configuration;

/// <summary>What a node trains.</summary>
/// <param name="Experiment">The experiment file that describes model, data and training.</param>
/// <param name="Node">Which of the experiment's nodes this one is, from 0: it decides its slice of the data.</param>
public sealed record ProgramConfiguration(string Experiment, int Node);
