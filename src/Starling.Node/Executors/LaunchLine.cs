using System.Diagnostics;
using System.Globalization;

namespace Starling.Node.Executors;

/// <summary>
/// The command line that puts a program into its control groups, its own session and its limits, and then becomes it. A fixed text of the
/// shell does what .NET cannot do between fork and exec; the program's arguments pass through it as arguments and are never read as shell.
/// </summary>
internal static class LaunchLine
{
    private const string Join = "while [ \"$1\" != -- ]; do echo 0 >\"$1\" || exit 125; shift; done; shift; ";
    private const string Plain = Join + "exec \"$@\" </dev/null";
    private const string WithFiles = "report=$1 filter=$2; shift 2; " + Join + "exec \"$@\" </dev/null 8<>\"$report\" 9<\"$filter\"";

    /// <summary>The line for a program with nothing between it and the host.</summary>
    public static ProcessStartInfo Of(WorkOrder order, IEnumerable<string> joins, string mark) =>
        Info(order, mark,
            ["-c", Plain, "starling", .. joins, "--", .. OwnSession(order.Limits), "setpriv", "--pdeathsig", "KILL", "--",
                .. order.Command]);

    /// <summary>The line for a sandbox, which has a file to write to at descriptor 8 and one to read from at 9.</summary>
    public static ProcessStartInfo OfSandbox(WorkOrder order, IEnumerable<string> joins, string mark, string report, string filter,
        IEnumerable<string> sandbox) =>
        Info(order, mark, ["-c", WithFiles, "starling", report, filter, .. joins, "--", .. OwnSession(order.Limits), .. sandbox]);

    /// <summary>The environment of a work.</summary>
    public static Dictionary<string, string> Environment(WorkOrder order, string mark)
    {
        var all = new Dictionary<string, string>(order.Environment, StringComparer.Ordinal) { [WorkProcesses.MarkVariable] = mark };
        all.TryAdd("HOME", order.Folder);
        all.TryAdd("PATH", ProgramPath.Default);
        all.TryAdd("LANG", "C.UTF-8");
        return all;
    }

    // The signal of the processor's limit can be caught for five seconds, to save what there is.
    private static string[] OwnSession(WorkLimits limits)
    {
        var seconds = (long)Math.Ceiling(limits.ProcessorTime.TotalSeconds);
        return ["setsid", "prlimit", "--core=0:0", Both("fsize", limits.FileBytes, 0), Both("cpu", seconds, 5), "--"];
    }

    private static string Both(string limit, long soft, long more) =>
        string.Create(CultureInfo.InvariantCulture, $"--{limit}={soft}:{soft + more}");

    private static ProcessStartInfo Info(WorkOrder order, string mark, string[] arguments)
    {
        var info = new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = order.Folder,
            UseShellExecute = false,
        };
        info.Environment.Clear();
        foreach (var (name, value) in Environment(order, mark))
            info.Environment[name] = value;
        return info;
    }
}
