namespace Starling.Node.Executors;

/// <summary>
/// Runs programs that nobody trusts, in namespaces of their own (bubblewrap): no network but the node's socket, a read-only file system but
/// for the work folder, no other process in sight, no privileges, and no system calls that only an attack needs.
/// </summary>
public sealed class SandboxExecutor : IExecutor
{
    /// <summary>The executor's name.</summary>
    public const string Kind = "sandbox";

    // The outer half of bubblewrap, and its inner half, which is process 1 in there.
    private const int Wrappers = 2;

    private readonly ExecutorHost host;
    private readonly SandboxLayout layout;
    private readonly string filter;

    private SandboxExecutor(ExecutorHost host, SandboxLayout layout, string filter) =>
        (this.host, this.layout, this.filter) = (host, layout, filter);

    /// <inheritdoc/>
    public string Name => Kind;

    /// <summary>Opens the executor, ends what an earlier life left running, and tries a sandbox.</summary>
    /// <exception cref="ExecutorException">Bubblewrap is missing, or this host does not let it work; the message
    /// says what to do.</exception>
    public static async Task<SandboxExecutor> OpenAsync(ExecutorOptions options)
    {
        if (!OperatingSystem.IsLinux())
            throw new ExecutorException("A sandbox needs Linux; on this system only the process executor works.");
        var program = ProgramPath.OfHost("bwrap", "bubblewrap");
        var host = await ExecutorHost.OpenAsync(Kind, options).ConfigureAwait(false);
        var calls = SystemCallFilter.OfThisMachine(host.Groups.LimitsMemory)
            ?? throw new ExecutorException(
                "There is no list of forbidden system calls for this processor; a sandbox needs x86-64 or arm64.");
        if (!host.Groups.LimitsProcesses && Environment.IsPrivilegedProcess)
        {
            throw new ExecutorException("The kernel does not limit the number of root's processes, so a program in the sandbox could stall this host; run the node as an ordinary user, "
                + "or give it control groups of its own (systemd: Delegate=yes).");
        }

        var filter = Path.Combine(options.Folder, "sandbox-calls.bpf");
        await File.WriteAllBytesAsync(filter, calls).ConfigureAwait(false);
        var executor = new SandboxExecutor(host, SandboxLayout.Make(program, options), filter);
        await executor.TryOutAsync().ConfigureAwait(false);
        return executor;
    }

    /// <inheritdoc/>
    public ExecutorDescription Describe()
    {
        var (enforced, missing) = LimitsInWords.Of(host.Groups, userIsLimited: !Environment.IsPrivilegedProcess);
        return new ExecutorDescription(Name,
        [
            "The program sees the host's programs and libraries (/usr), its inputs and its work folder, and nothing else; it writes in its work folder and in a /tmp of its own.",
            "It reaches no network; of sockets only the node's, if it is given.",
            "It sees no process but its own, gains no privileges, and system calls that only an attack needs are refused.",
            .. host.Groups.LimitsMemory ? [] : (string[])["Memory that belongs to no process (memfd_create, System V) is refused, since it could not be counted."],
            .. enforced,
        ], missing);
    }

    /// <inheritdoc/>
    public async Task<IRunningWork> StartAsync(WorkOrder order, CancellationToken cancellation)
    {
        ExecutorHost.Check(order);
        SandboxLayout.CheckVisible(order, ProgramPath.Find(order));
        cancellation.ThrowIfCancellationRequested();
        var id = WorkId.Draw();
        var exports = LaunchLine.Exports(order, host.Mark(id));
        var report = new LeftOverReport(Path.Combine(host.Options.Folder, $"{id}.report"));
        var processes = host.Prepare(order, id);
        var line = LaunchLine.OfSandbox(order, processes.Joins, host.Mark(id), report.Path, filter,
            layout.Line(order, host.Groups.LimitsMemory, host.Groups.LimitsProcesses));
        return await RunningWork.StartAsync(order, new WorkLaunch(id, line, processes, Wrappers, report, exports)).ConfigureAwait(false);
    }

    private async Task TryOutAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(host.Options.Folder, "trial")).FullName;
        var order = new WorkOrder { Command = ["true"], Folder = folder, Limits = new WorkLimits { TimeOut = TimeSpan.FromMinutes(1) } };
        await using var work = await StartAsync(order, CancellationToken.None).ConfigureAwait(false);
        var result = await work.Completion.ConfigureAwait(false);
        if (!result.Succeeded)
        {
            throw new ExecutorException($"This host lets no sandbox be made: {result.LastErrorOutput.Trim()} {result.Reason} Unprivileged user namespaces must be allowed: "
                + "look at the settings kernel.unprivileged_userns_clone, user.max_user_namespaces and kernel.apparmor_restrict_unprivileged_userns.");
        }
    }
}
