using System.Collections.Immutable;
using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Tasks.Operating;
using Starling.Core.Training.Participation;

namespace Starling.Core.Kernel;

/// <summary>One step of a node while it is taken: the state so far, and the effects so far.</summary>
internal sealed class NodeStep(NodeState state, Instant now, SeededRandom random)
{
    private readonly ImmutableArray<Effect>.Builder effects = ImmutableArray.CreateBuilder<Effect>();
    private Instant wakeAt = Instant.Never;

    /// <summary>The node so far.</summary>
    public NodeState State { get; set; } = state;

    /// <summary>The node's clock.</summary>
    public Instant Now => now;

    /// <summary>The node's generator.</summary>
    public SeededRandom Random => random;

    /// <summary>Who the node is.</summary>
    public NodeId Self => State.Self.Id;

    /// <summary>This node's part in a training contract, so far.</summary>
    public Participant this[ContractId contract]
    {
        get => State.Contracts[contract];
        set => State = ReferenceEquals(State.Contracts[contract], value)
            ? State
            : State with { Contracts = State.Contracts.SetItem(contract, value) };
    }

    /// <summary>This node's part in a contract of any kind, so far.</summary>
    public ContractPart Part(ContractId contract) =>
        State.Find(contract) ?? throw new InvalidOperationException($"This node does not follow {contract}.");

    /// <summary>This node's part in a task runner, so far.</summary>
    public RunnerPart Runner(ContractId runner) => State.Runners[runner];

    /// <summary>Replaces this node's part in a contract.</summary>
    public void Set(ContractPart part)
    {
        var contract = part.Reference.Contract;
        switch (part)
        {
            case Participant training:
                this[contract] = training;
                break;
            case RunnerPart runner when !ReferenceEquals(State.Runners[contract], runner):
                State = State with { Runners = State.Runners.SetItem(contract, runner) };
                break;
        }
    }

    /// <summary>Asks for an effect that nothing completes.</summary>
    public void Do(Effect effect) => effects.Add(effect);

    /// <summary>Asks for an effect that will be completed.</summary>
    public OperationId Do(Awaited awaited, Func<OperationId, Operation> operation)
    {
        var id = new OperationId(State.NextOperation);
        State = State with { NextOperation = id.Value + 1, Operations = State.Operations.Add(id, awaited) };
        effects.Add(operation(id));
        return id;
    }

    /// <summary>Tells whoever watches.</summary>
    public void Report(NodeEvent what) => effects.Add(new Report(what));

    /// <summary>
    /// Takes no part in a contract any more: what was asked for it is forgotten, and what it shared is shared no longer. What others share
    /// is shared anew in this step. If no contract is left the node stops.
    /// </summary>
    public void SetAside(ContractId contract, SetAside why)
    {
        Set(Part(contract) with { SetAside = why });
        if (!State.Active.Any())
        {
            Halt(contract, why.Reason, why.Detail);
            return;
        }

        Report(new ContractSetAside(contract, why.Reason, why.Detail));
        foreach (var blob in State.Shared.Keys)
            Do(new Share(blob, contract, []));
        State = State with
        {
            Operations = State.Operations.RemoveRange(
                State.Operations.Where(asked => asked.Value is AwaitedFor mine && mine.Contract == contract).Select(asked => asked.Key)),
            Shared = State.Shared.Clear(),
        };
    }

    /// <summary>Stops the node.</summary>
    public void Halt(ContractId contract, HaltReason reason, string detail)
    {
        State = State with { HasHalted = true };
        Report(new Halted(contract, reason, detail));
        Do(new Halt(reason, detail));
    }

    /// <summary>Whether a moment has come. If not, the node will be woken at it.</summary>
    public bool Due(Instant at)
    {
        if (at <= Now)
            return true;
        if (at < wakeAt)
            wakeAt = at;
        return false;
    }

    /// <summary>Asks to be woken at the earliest moment that was asked for in this step.</summary>
    public void Wake()
    {
        if (State.WakeAt == wakeAt)
            return;
        State = State with { WakeAt = wakeAt };
        Do(new WakeAt(wakeAt));
    }

    /// <summary>What came of it.</summary>
    public StepResult End() => new(State, effects.ToImmutable());
}
