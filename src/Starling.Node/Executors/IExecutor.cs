namespace Starling.Node.Executors;

/// <summary>
/// A way to run a program that belongs to a task. Whatever the program does, it stays within its limits, its end is told with a reason, and
/// nothing of it outlives its task.
/// </summary>
/// <remarks>
/// Every path of an order means the same inside and outside, so one order runs under every executor. What comes next must fit, too.
/// Containers: the folder, the inputs and the socket are mounts of the same paths, the limits are the runtime's, and the image is the
/// executor's option. Slurm: <see cref="StartAsync"/> submits a batch job over a shared folder, the limits are those of the job,
/// <see cref="IRunningWork.StopAsync"/> cancels it, and output is read from the job's files as they grow.
/// </remarks>
public interface IExecutor
{
    /// <summary>Its name in configuration and logs, such as <c>sandbox</c>.</summary>
    string Name { get; }

    /// <summary>What it enforces on this host, and what it does not and why.</summary>
    ExecutorDescription Describe();

    /// <summary>Starts a program.</summary>
    /// <exception cref="ExecutorException">The order is not well formed, or the program cannot be started here.
    /// Nothing runs then.</exception>
    Task<IRunningWork> StartAsync(WorkOrder order, CancellationToken cancellation);
}
