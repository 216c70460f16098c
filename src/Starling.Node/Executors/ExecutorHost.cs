namespace Starling.Node.Executors;

/// <summary>What every executor on a host needs: names, control groups, and the end of what an earlier life left.</summary>
internal sealed class ExecutorHost
{
    private readonly string marks;

    private ExecutorHost(ExecutorOptions options, string marks, ControlGroupTree groups) =>
        (Options, this.marks, Groups) = (options, marks, groups);

    public ExecutorOptions Options { get; }

    public ControlGroupTree Groups { get; }

    /// <summary>Prepares an executor, and ends what an earlier one left running.</summary>
    /// <exception cref="ExecutorException">The options are wrong, the folder cannot be made, or what was left cannot be ended.</exception>
    public static async Task<ExecutorHost> OpenAsync(string name, ExecutorOptions options)
    {
        var errors = options.Errors();
        if (!errors.IsEmpty)
            throw new ExecutorException($"The {name} executor cannot be opened: {string.Join(' ', errors)}");
        try
        {
            const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(options.Folder);
            else
                Directory.CreateDirectory(options.Folder, ownerOnly);
            var groups = FindGroups(options);
            if (OperatingSystem.IsLinux())
                LinuxCalls.AdoptOrphans();
            var host = new ExecutorHost(options, Marks(name, options), groups);
            await new LeftOvers().EndAsync(host.marks, groups, WorkProcesses.KillWithin, CancellationToken.None).ConfigureAwait(false);
            return host;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExecutorException($"The {name} executor cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>What the marks of an executor's works start with.</summary>
    public static string Marks(string name, ExecutorOptions options) => $"{options.Owner}.{name}.";

    /// <summary>Where control groups can be made.</summary>
    public static ControlGroupTree FindGroups(ExecutorOptions options) => OperatingSystem.IsLinux()
        ? ControlGroupTree.Find(options.ControlGroups, File.ReadAllLines("/proc/self/cgroup"))
        : ControlGroupTree.Find("", []);

    /// <summary>The mark of a work.</summary>
    public string Mark(WorkId id) => marks + id;

    /// <summary>The processes of a work that is about to start.</summary>
    /// <exception cref="ExecutorException">Its limits cannot be set.</exception>
    public WorkProcesses Prepare(WorkOrder order, WorkId id) => new(Mark(id), Groups.Make(Mark(id), order.Limits), order.Limits);

    /// <summary>Refuses an order that is not well formed.</summary>
    /// <exception cref="ExecutorException">It is not; the message says everything that is wrong.</exception>
    public static void Check(WorkOrder order)
    {
        var errors = order.Errors();
        if (!errors.IsEmpty)
            throw new ExecutorException($"The work cannot be started: {string.Join(' ', errors)}");
    }
}
