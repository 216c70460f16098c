using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Starling.Node.Executors;

/// <summary>
/// The command line that puts a program into its control groups, its own session and its limits, and then becomes it. A fixed text of the
/// shell does what .NET cannot do between fork and exec; the program's arguments pass through it as arguments and are never read as shell.
/// What is on the way from that shell to the program is the host's, whatever PATH the program is given.
/// </summary>
internal static class LaunchLine
{
    private const string Join = "while [ \"$1\" != -- ]; do echo 0 >\"$1\" || exit 125; shift; done; shift; ";
    private const string Plain = Join + "exec \"$@\" </dev/null";
    private const string WithFiles =
        "report=$1 filter=$2; shift 2; " + Join + "exec \"$@\" 7<&0 </dev/null 8<>\"$report\" 9<\"$filter\"";

    /// <summary>The line for a program with nothing between it and the host.</summary>
    public static ProcessStartInfo Of(WorkOrder order, IEnumerable<string> joins, string mark) =>
        Info(order, Environment(order, mark),
            ["-c", Plain, "starling", .. joins, "--", .. OwnSession(order.Limits), ProgramPath.OfHost("setpriv"), "--pdeathsig", "KILL",
                "--", .. order.Command]);

    /// <summary>
    /// The line for a sandbox, which has a file to write to at descriptor 8 and one to read from at 9. Its walls are not up yet when it
    /// starts, so that nothing of the program's environment is in its own: that, as <see cref="Exports"/>, is what it reads from its input,
    /// and has for the program at descriptor 7.
    /// </summary>
    public static ProcessStartInfo OfSandbox(WorkOrder order, IEnumerable<string> joins, string mark, string report, string filter,
        IEnumerable<string> sandbox)
    {
        var info = Info(order, new() { ["PATH"] = ProgramPath.Default, [WorkProcesses.MarkVariable] = mark },
            ["-c", WithFiles, "starling", report, filter, .. joins, "--", .. OwnSession(order.Limits), .. sandbox]);
        info.RedirectStandardInput = true;
        return info;
    }

    /// <summary>The environment of a work as a text of the shell, which nobody reads in a command line, nor on a disk.</summary>
    /// <exception cref="ExecutorException">A shell cannot hold it.</exception>
    public static byte[] Exports(WorkOrder order, string mark)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Environment(order, mark))
        {
            if (char.IsAsciiDigit(name[0]) || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_'))
                throw new ExecutorException($"The work cannot be started: environment has the name {name}; in a sandbox, a name has letters, digits and '_' alone, and begins with no digit.");
            var quoted = value.Replace("'", "'\\''", StringComparison.Ordinal);
            text.Append("export ").Append(name).Append("='").Append(quoted).Append("'\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

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
        return [ProgramPath.OfHost("setsid"), ProgramPath.OfHost("prlimit"), "--core=0:0", Both("fsize", limits.FileBytes, 0),
            Both("cpu", seconds, 5), "--"];
    }

    private static string Both(string limit, long soft, long more) =>
        string.Create(CultureInfo.InvariantCulture, $"--{limit}={soft}:{soft + more}");

    private static ProcessStartInfo Info(WorkOrder order, Dictionary<string, string> environment, string[] arguments)
    {
        var info = new ProcessStartInfo("/bin/sh", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = order.Folder,
            UseShellExecute = false,
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
            info.Environment[name] = value;
        return info;
    }
}
