using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Node.Loop;

namespace Starling.Node.Events;

/// <summary>Takes what happens: puts it on the stream, counts it, traces it and logs it.</summary>
public sealed class EventReporter
{
    private readonly EventStream events;
    private readonly Traffic traffic;
    private readonly ILogger<EventReporter> log;
    private Activity? round;

    /// <summary>Prepares to report.</summary>
    /// <param name="events">The stream.</param>
    /// <param name="traffic">What is told at the end of each round.</param>
    /// <param name="log">What is logged.</param>
    public EventReporter(EventStream events, Traffic traffic, ILogger<EventReporter> log) =>
        (this.events, this.traffic, this.log) = (events, traffic, log);

    /// <summary>Takes an event. May be called from any thread.</summary>
    public void Report(NodeEvent happened)
    {
        events.Publish(happened);
        switch (happened)
        {
            case RoundOpened opened:
                Interlocked.Exchange(ref round, NodeTelemetry.Source.StartActivity("Round"))?.Stop();
                Volatile.Read(ref round)?.SetTag("contract", opened.Contract.Value).SetTag("round", opened.Round);
                break;
            case RoundCommitted committed:
                NodeTelemetry.Rounds.Add(1);
                Interlocked.Exchange(ref round, null)?.Stop();
                events.Publish(new TrafficCounted(committed.Contract, committed.Round, traffic.Received, traffic.Sent));
                break;
            case RoundPassed passed:
                NodeTelemetry.Rounds.Add(1);
                events.Publish(new TrafficCounted(passed.Contract, passed.Round, traffic.Received, traffic.Sent));
                break;
        }

        var level = LevelOf(happened);
        if (log.IsEnabled(level))
            log.Log(level, "{Event}", EventText.Of(happened));
    }

    private static LogLevel LevelOf(NodeEvent happened) => happened switch
    {
        Trouble or ProgramFailed or LateDispute or Unresolved or Rejoining or NodeExpelled => LogLevel.Warning,
        ContractSetAside or Halted => LogLevel.Error,
        RoundCommitted or RoundPassed or RoundRestarted or NodeStarted or NodeStopping or WorkReported { Report.State: WorkState.Refused }
            or TrainingEnded or ProgramFinished or ModelEvaluated => LogLevel.Information,
        _ => LogLevel.Debug,
    };
}
