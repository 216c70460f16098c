using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Starling.Node.Loop;

/// <summary>Where a node writes its metrics and traces. Exporters are a matter of configuration.</summary>
public static class NodeTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Starling.Node";

    internal static ActivitySource Source { get; } = new(Name);

    internal static Meter Meter { get; } = new(Name);

    internal static Histogram<double> StepTime { get; } =
        Meter.CreateHistogram<double>("starling.step.time", "s", "Time of one kernel step.");

    internal static Counter<long> Inputs { get; } =
        Meter.CreateCounter<long>("starling.inputs", "{input}", "Inputs given to the kernel, by kind.");

    internal static Counter<long> Rounds { get; } = Meter.CreateCounter<long>("starling.rounds", "{round}", "Rounds seen to commit.");

    internal static UpDownCounter<long> Waiting { get; } =
        Meter.CreateUpDownCounter<long>("starling.queue.depth", "{input}", "Inputs that wait for the kernel.");

    internal static UpDownCounter<long> Silent { get; } =
        Meter.CreateUpDownCounter<long>("starling.ledger.silent", "{node}", "1 while the node's ledger does not answer.");

    internal static Counter<long> Dropped { get; } =
        Meter.CreateCounter<long>("starling.messages.dropped", "{message}", "Messages dropped because a peer sent too many.");
}
