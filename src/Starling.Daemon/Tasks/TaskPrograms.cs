using System.Collections.Immutable;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Learning.Experiments;
using Starling.Node.Loop;
using Starling.Node.Programs;
using Starling.Node.Tasks;
using Starling.Daemon.Sessions;

namespace Starling.Daemon.Tasks;

/// <summary>
/// Makes the program of a training task: the task's body is an experiment. Where the rows of this host are, its owner says and nobody else,
/// so that no task reads a file that it was not given.
/// </summary>
/// <param name="settings">What the owner sets in every experiment.</param>
/// <param name="executors">By which programs of other processes run.</param>
/// <param name="updates">Takes their updates in.</param>
/// <param name="kernel">What the node folded.</param>
/// <param name="models">Where models come from and go to.</param>
internal sealed class TaskPrograms(ImmutableArray<string> settings, TaskExecutors executors, SessionUpdates updates, KernelDriver kernel,
    ModelStore models)
{
    /// <summary>Starts the program that a task names: a command under an executor, or an experiment in this process.</summary>
    /// <exception cref="TaskException">The task has mistakes, or cannot be carried out here.</exception>
    public async Task<ITaskProgram> OpenAsync(StartWork order, CancellationToken cancellation)
    {
        var body = TaskBody.Read(order.Task, settings);
        if (body is ExperimentOrder { Experiment: { } experiment })
            return new InnerProgram(LateProgram(order, experiment));
        var program = (ProgramOrder)body;
        return await OuterProgram.OpenAsync(
            new ProgramSession(order.Task.Training!.Contract), updates,
            (socket, variables, stop) => executors.StartAsync(order, program, variables, socket, stop), program.OpenTimeout, cancellation)
            .ConfigureAwait(false);
    }

    // The rows are read only when the program is first needed.
    private LateSession LateProgram(StartWork order, Experiment experiment)
    {
        var contract = order.Task.Training!.Contract;
        return new LateSession(() =>
        {
            var place = Place(contract, experiment);
            return new InProcessSession(() => ExperimentProblem.Load(experiment).Node(place), models, experiment.Training.Of(place));
        });
    }

    /// <summary>
    /// Which of the experiment's nodes this one is: its place among the contract's members. Members are only ever added, so it is
    /// settled when training begins.
    /// </summary>
    private int Place(ContractId contract, Experiment experiment)
    {
        var state = kernel.State;
        var members = state.Contracts[contract].Fold.Authors
            .Where(author => author.Value.HasBeenMember).Select(author => author.Key).ToList();
        return members.IndexOf(state.Self.Id) is >= 0 and var place && place < experiment.Nodes
            ? place
            : throw new TaskException($"The experiment is for {experiment.Nodes} nodes, and {state.Self.Id} is none of the first {experiment.Nodes} members of {contract}; raise 'nodes', or enrol it.");
    }

    /// <summary>A program that is made when it first has something to do: by then the contract is known.</summary>
    private sealed class LateSession(Func<IProgramSession> make) : IProgramSession
    {
        private IProgramSession? made;

        public Task<UpdateReady?> CarryOutAsync(Assignment assignment, Action<NodeEvent> report, CancellationToken cancellation) =>
            (made ??= make()).CarryOutAsync(assignment, report, cancellation);
    }
}
