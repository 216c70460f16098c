using System.Collections.Immutable;
using System.Diagnostics;
using Starling.Core.Kernel;

namespace Starling.Node.Loop;

/// <summary>
/// The heart of a node's edge: one thread takes inputs one at a time, lets the kernel step, and begins the effects in order. It decides
/// nothing and waits for nothing but the next input.
/// </summary>
public sealed class NodeLoop
{
    private readonly Func<Input, Instant, ImmutableArray<Effect>> step;
    private readonly InputQueue queue;
    private readonly KernelClock clock;
    private readonly TaskCompletionSource<NodeEnd> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Prepares a loop.</summary>
    /// <param name="step">The kernel; called by the loop's thread alone.</param>
    /// <param name="queue">What waits for the kernel.</param>
    /// <param name="clock">The node's clock.</param>
    public NodeLoop(Func<Input, Instant, ImmutableArray<Effect>> step, InputQueue queue, KernelClock clock) =>
        (this.step, this.queue, this.clock) = (step, queue, clock);

    /// <summary>How the loop ended; completes when it has.</summary>
    public Task<NodeEnd> End => ended.Task;

    /// <summary>Starts the loop's thread.</summary>
    /// <param name="started">The first input.</param>
    /// <param name="effects">Carries out effects.</param>
    public void Start(Started started, IEffectRunner effects) =>
        new Thread(() => Run(started, effects)) { IsBackground = true, Name = "node loop" }.Start();

    /// <summary>Ends the loop after the step that it is at; <see cref="End"/> tells when.</summary>
    public void Stop() => queue.Close();

    /// <summary>Ends the loop, since an invariant does not hold.</summary>
    public void Break(Exception fault)
    {
        queue.Close();
        ended.TrySetResult(new NodeBroke(fault));
    }

    private void Run(Started started, IEffectRunner effects)
    {
        try
        {
            for (Input? input = started; input is not null; input = queue.Take())
                if (!Take(input, effects))
                    return;
            ended.TrySetResult(new NodeStopped());
        }
        catch (Exception fault)
        {
            Break(fault);
        }
    }

    private bool Take(Input input, IEffectRunner effects)
    {
        var began = Stopwatch.GetTimestamp();
        var asked = step(input, clock.Now);
        NodeTelemetry.StepTime.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        NodeTelemetry.Inputs.Add(1, new KeyValuePair<string, object?>("kind", input.GetType().Name));
        foreach (var effect in asked)
        {
            if (effect is Halt halt)
            {
                queue.Close();
                ended.TrySetResult(new NodeHalted(halt.Reason, halt.Detail));
                return false;
            }

            effects.Begin(effect);
        }

        return true;
    }
}
