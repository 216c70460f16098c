using System.Collections.Immutable;
using Starling.Core.Configuration;
using Starling.Core.Contracts;
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
    IModelStore models)
{
    private static readonly ImmutableArray<string> OwnersKeys = ["folder", "file", "testFile"];

    /// <summary>Starts the program that a task names: a command under an executor, or an experiment in this process.</summary>
    /// <exception cref="TaskException">The task has mistakes, or cannot be carried out here.</exception>
    public async Task<ITaskProgram> OpenAsync(StartWork order, CancellationToken cancellation)
    {
        if (!ProgramOrder.IsOrdered(order.Task))
            return new InnerProgram(Experiment(order));
        var program = ProgramOrder.Parse(order.Task);
        return await OuterProgram.OpenAsync(
            new ProgramSession(order.Task.Training!.Contract), updates,
            (socket, variables, stop) => executors.StartAsync(order, program, variables, socket, stop), program.OpenTimeout, cancellation)
            .ConfigureAwait(false);
    }

    // Its mistakes end the task at once; the rows are read only when the program is first needed.
    private LateSession Experiment(StartWork order)
    {
        var experiment = Read(order);
        var contract = order.Task.Training!.Contract;
        return new LateSession(() =>
        {
            var place = Place(contract, experiment);
            return new InProcessSession(() => ExperimentProblem.Load(experiment).Node(place), models, experiment.Training.Of(place));
        });
    }

    private Experiment Read(StartWork order)
    {
        var name = $"task {order.Task.Name}";
        try
        {
            var tree = YamlTreeReader.Read(name, order.Task.Body, YamlBounds.Experiment);
            if (tree.Root.Find("data")?.Value is ConfigurationSection data
                && OwnersKeys.FirstOrDefault(key => data.Find(key) is not null) is { } named)
                throw new TaskException($"The task sets data.{named}, but where a host's rows are only its owner says; take it out of the task, and have the owner write it under 'tasks.set' in node.yaml.");
            return ExperimentReader.Read(tree, settings);
        }
        catch (ConfigurationException mistakes)
        {
            throw new TaskException(mistakes.Message, mistakes);
        }
    }

    /// <summary>
    /// Which of the experiment's nodes this one is: its place among the contract's members. Members are only ever added, so it is
    /// settled when training begins.
    /// </summary>
    private int Place(ContractId contract, Experiment experiment)
    {
        var state = kernel.State;
        var members = state.Contracts[contract].Fold.Authors
            .Where(author => author.Value.Standing != Standing.Outside || !author.Value.IsAdmin).Select(author => author.Key).ToList();
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
