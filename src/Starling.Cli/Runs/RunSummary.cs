namespace Starling.Cli.Runs;

/// <summary>How a run ended: <c>run.json</c> in its folder, and what <c>starling run --json</c> prints.</summary>
/// <param name="Run">The run's folder, as a full path.</param>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Rounds">Rounds that were committed, or that every node has passed.</param>
/// <param name="Seconds">How long the command took that finished the run.</param>
/// <param name="Accuracy">Accuracy on the held-out rows, 0 to 1.</param>
/// <param name="Loss">Mean loss on the held-out rows.</param>
/// <param name="Merged">The final model's blob id: of the last merge, or of the mean of the nodes' models.</param>
/// <param name="Model">The final model's file, as a full path.</param>
/// <param name="Bytes">What all nodes have sent to peers, in bytes.</param>
/// <param name="Restarts">How often a node's process was started again, after it died or the run was resumed.</param>
internal sealed record RunSummary(
    string Run, string Experiment, ulong Seed, long Rounds, double Seconds, Comparison Accuracy, Comparison Loss, string Merged,
    string Model, long Bytes, int Restarts)
{
    /// <summary>
    /// The accuracy of each node's own last model, by its name, where there is one at each of them; then the swarm
    /// is their mean. Else null.
    /// </summary>
    public IReadOnlyDictionary<string, double?>? Own { get; init; }
}
