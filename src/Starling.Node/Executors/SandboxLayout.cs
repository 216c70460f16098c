using System.Collections.Immutable;
using System.Globalization;

namespace Starling.Node.Executors;

/// <summary>What a program sees in the sandbox, as arguments of <c>bwrap</c> (bwrap(1)).</summary>
internal sealed class SandboxLayout
{
    // Nobody, in there; outside it is the node's user.
    private const string User = "65534";

    // Waits for the program, so that it can tell how many living processes the program leaves: besides itself and process
    // 1, which is bubblewrap's. The program alone has the environment that it was given: by it, it could rid itself of limits before.
    private const string Inner = "trap : TERM; (. /proc/self/fd/7; exec \"$@\" 7<&- 8>&-); code=$?; left=-2; for file in /proc/[0-9]*/stat; do read -r line <$file && "
        + "case $line in *') Z '*) ;; *) left=$((left + 1));; esac; done 2>/dev/null; echo $left >&8; exit $code";

    // What programs need of /etc: the linker's cache, and the choices among libraries and programs that Debian keeps there.
    private static readonly string[] Etc = ["/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"];

    // What is shown of the host's programs besides /usr, into which most of these lead.
    private static readonly string[] Shown = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    private readonly string program;
    private readonly ImmutableArray<string> fixedPart;

    private SandboxLayout(string program, ImmutableArray<string> fixedPart) => (this.program, this.fixedPart) = (program, fixedPart);

    /// <summary>Prepares what is the same for every work.</summary>
    public static SandboxLayout Make(string program, ExecutorOptions options)
    {
        var line = ImmutableArray.CreateBuilder<string>();
        line.AddRange("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--uid",
            User, "--gid", User,
            "--hostname", "sandbox", "--cap-drop", "ALL", "--new-session", "--die-with-parent", "--seccomp", "9", "--ro-bind", "/usr",
            "/usr");
        foreach (var name in Shown)
        {
            if (new DirectoryInfo(name) is { LinkTarget: { } target })
                line.AddRange("--symlink", target, name);
            else if (Directory.Exists(name))
                line.AddRange("--ro-bind", name, name);
        }

        foreach (var path in Etc.Where(Path.Exists))
            line.AddRange("--ro-bind", path, path);
        foreach (var (name, text) in new[]
        {
            ("passwd", $"nobody:x:{User}:{User}:nobody:/:/bin/sh\n"), ("group", $"nogroup:x:{User}:\n"), ("hosts",
                "127.0.0.1 localhost sandbox\n"),
        })
        {
            var stub = Path.Combine(options.Folder, $"sandbox-{name}");
            File.WriteAllText(stub, text);
            line.AddRange("--ro-bind", stub, $"/etc/{name}");
        }

        return new SandboxLayout(program, line.ToImmutable());
    }

    /// <summary>The line for a work, from <c>bwrap</c> to the program's last argument.</summary>
    /// <param name="order">The work.</param>
    /// <param name="memoryIsLimited">Whether a control group limits its memory. Where none does, each process has a limit, which programs
    /// that reserve much more than they use may not bear.</param>
    /// <param name="processesAreLimited">Whether one limits its processes. Where none does, the watch finds that there are too many, and
    /// the user's limit of twice as many keeps a fork bomb down until then.</param>
    public ImmutableArray<string> Line(WorkOrder order, bool memoryIsLimited, bool processesAreLimited)
    {
        // Files in memory count as memory where control groups count; where they do not, this bounds them.
        var scratch = Math.Min(order.Limits.DiskBytes, order.Limits.MemoryBytes / 4).ToString(CultureInfo.InvariantCulture);
        var line = ImmutableArray.CreateBuilder<string>();
        line.Add(program);
        line.AddRange(fixedPart);
        line.AddRange("--proc", "/proc", "--dev", "/dev", "--size", scratch, "--tmpfs", "/dev/shm", "--size", scratch, "--tmpfs", "/tmp");
        foreach (var input in order.Inputs)
            line.AddRange("--ro-bind", input, input);
        line.AddRange("--bind", order.Folder, order.Folder);
        // A socket takes connections on a read-only mount; nothing but that can be done to it.
        if (order.NodeSocket is not null)
            line.AddRange("--ro-bind", order.NodeSocket, order.NodeSocket);
        // The folders between the mounts are writable until here.
        line.AddRange("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", order.Folder, "--");
        var limit = ProgramPath.OfHost("prlimit");
        if (!processesAreLimited)
            line.AddRange(limit, string.Create(CultureInfo.InvariantCulture, $"--nproc={(order.Limits.Processes * 2) + 16}"), "--");
        if (!memoryIsLimited)
            line.AddRange(limit, string.Create(CultureInfo.InvariantCulture, $"--data={order.Limits.MemoryBytes}"), "--");
        line.AddRange("/bin/sh", "-c", Inner, "sh");
        line.AddRange(order.Command);
        return line.ToImmutable();
    }

    /// <summary>Refuses a program that cannot be seen from within, in words that say what to do.</summary>
    /// <exception cref="ExecutorException">It cannot.</exception>
    public static void CheckVisible(WorkOrder order, string path)
    {
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        foreach (var place in new[] { path, target })
        {
            if (!Shown.Concat(order.Inputs).Append("/usr").Append(order.Folder).Any(folder => WorkOrder.IsWithin(place, folder)))
                throw new ExecutorException($"The program {order.Command[0]} is {place}, which the sandbox does not show; install it below /usr, or give its folder as an input.");
        }
    }
}
