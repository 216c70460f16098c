using Starling.Learning.Experiments;

namespace Starling.Daemon.Tasks;

/// <summary>An experiment that a task trains within the node's process.</summary>
/// <param name="Experiment">The experiment; null where only the owners' settings make the body one.</param>
internal sealed record ExperimentOrder(Experiment? Experiment) : TaskBody;
