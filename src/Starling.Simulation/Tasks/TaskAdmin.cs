using Starling.Core.Contracts;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Core.Ledger;
using Starling.Core.Tasks;

namespace Starling.Simulation.Tasks;

/// <summary>
/// The task runner's admin in a storm: writes the tasks and assigns them until the training is complete. Now and then it ends a run, and
/// has an operator try again. It decides by the true ledger, again and again, since what it appends may be lost. Once faults have stopped
/// it makes those leave who can never complete anything.
/// </summary>
internal sealed class TaskAdmin(World world, SimulatedRunner runner, SeededRandom random)
{
    private readonly bool prepares = random.Chance(0.3);
    private readonly TimeSpan pause = world.Scenario.Settings.LeaderTimeout * (0.05 + (0.4 * random.NextDouble()));

    private bool HasHealed => world.Faults.Duration == TimeSpan.Zero;

    private RunnerState State => runner.State;

    /// <summary>Decides something every now and then, as long as there is something to do.</summary>
    public void Begin() => world.Heap.After(pause * (0.5 + random.NextDouble()), () =>
    {
        if (runner.IsDone)
            return;
        if (State.IsFounded && Next() is { } entry)
            Append(entry);
        Begin();
    });

    private RunnerEntry? Next()
    {
        if (HasHealed && Hopeless() is { } hopeless)
            return new RemoveOperator(hopeless);
        foreach (var task in prepares ? (TaskDefinition[])[Preparing, Training] : [Training])
            if (!State.Tasks.TryGetValue(task.Name, out var written))
                return new WriteTask(task, Replaces: false);
            else if (!written.IsFinal)
                return new FinaliseTask(task.Name);
        if (State.Run is { IsActive: true } run)
            return Interfere(run);
        var isPrepared = !prepares || State.Tasks[SimulatedRunner.Prepare].Completed > 0;
        return isPrepared ? new AssignTask(SimulatedRunner.Train, new AllPeers()) : new AssignTask(SimulatedRunner.Prepare, Preparers());
    }

    // In a storm it may ask for more than there are who do it.
    private Placement Preparers() => random.Chance(0.3)
        ? new AllPeers()
        : new SomePeers(1 + random.Next(HasHealed ? Math.Min(2, State.Operators.Count) : State.Operators.Count));

    private RunnerEntry? Interfere(RunState run)
    {
        var refused = run.Work.Where(work => work.Value.State == WorkState.Refused && State.Operators.Contains(work.Key))
            .Select(work => work.Key).ToList();
        if (!HasHealed && refused.Count > 0 && random.Chance(0.1))
            return new AssignTask(run.Task, new OnePeer(refused[random.Next(refused.Count)]));
        var failed = run.Work.Where(work => work.Value.State == WorkState.Failed && State.Operators.Contains(work.Key))
            .Select(work => work.Key).ToList();
        if (failed.Count > 0 && random.Chance(0.5))
            return new AssignTask(run.Task, new OnePeer(failed[random.Next(failed.Count)]));
        return !HasHealed && random.Chance(0.02) ? new CancelRun(run.Number, "") : null;
    }

    // Liars may complete what they like; the dead and those that were expelled from the training nothing any more.
    private NodeId? Hopeless()
    {
        foreach (var node in world.Nodes)
            if (State.Operators.Contains(node.Identity.Id)
                && (!node.IsHonest || world.Plan.Dying.Contains(node.Index)
                    || world.Truth.Authors[node.Identity.Id].Standing == Standing.Expelled))
                return node.Identity.Id;
        return null;
    }

    private static TaskDefinition Preparing { get; } =
        new(SimulatedRunner.Prepare, TaskKind.PrepareContent, "the admin", default, "content", null, "");

    private TaskDefinition Training =>
        new(SimulatedRunner.Train, TaskKind.RunTraining, "the admin", prepares ? SimulatedRunner.Prepare : default, "model",
            world.First.Contract, "");

    private void Append(RunnerEntry entry)
    {
        var author = State.Authors[world.Admin.Id];
        world.Note("task admin", entry.GetType().Name);
        world.Ledger.Append(world.Keys.Sign(world.Admin,
            new EntryBody(State.Contract, State.Epoch, world.Admin.Id, author.Incarnation, author.Sequence + 1, RunnerState.FoldVersion,
            State.Height, State.ChainHash, RunnerEntryCodec.Encode(entry))));
    }
}
