using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Starling.Api;
using Starling.Cli.Terminal;

namespace Starling.Cli.LedgerMembers;

/// <summary>
/// The process of a member of etcd. It ends with this one, however this one ends: the kernel tells it (prctl(2), PR_SET_PDEATHSIG),
/// by way of <c>setpriv</c>.
/// </summary>
internal sealed class MemberProcess : IDisposable
{
    /// <summary>What etcd says when it was taken out of its cluster.</summary>
    public const string TakenOut = "permanently removed";

    /// <summary>What etcd says when another process listens on one of its ports.</summary>
    public const string PortTaken = "address already in use";

    private const int KeptLines = 20;

    private readonly Process process;
    private readonly TaskCompletionSource<int> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> lastLines = [];
    private readonly StreamWriter log;
    private string? reason;

    private MemberProcess(Process process, StreamWriter log) => (this.process, this.log) = (process, log);

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Ended => ended.Task;

    /// <summary>Where a program lies that can be started by its name, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    /// <summary>Starts a member.</summary>
    /// <exception cref="CommandException">The program cannot be started.</exception>
    public static async Task<MemberProcess> StartAsync(MemberPlan plan)
    {
        var start = new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] guard = Find("setpriv") is { } setpriv ? [setpriv, "--pdeathsig=TERM", plan.Program] : [plan.Program];
        start.FileName = guard[0];
        foreach (var argument in guard.Skip(1).Concat(plan.Arguments()))
            start.ArgumentList.Add(argument);
        var started = new TaskCompletionSource<MemberProcess>(TaskCreationOptions.RunContinuationsAsynchronously);

        // The kernel's signal comes when the thread that started the process ends, so this one stays as long.
        new Thread(() => Run(plan, start, started)) { IsBackground = true, Name = "etcd" }.Start();
        return await started.Task.ConfigureAwait(false);
    }

    /// <summary>What it said last, for people; or the line that tells why it ends, which any number may follow.</summary>
    public string LastWords()
    {
        lock (lastLines)
            return reason ?? lastLines.LastOrDefault(line =>
                line.Contains("error", StringComparison.OrdinalIgnoreCase) || line.Contains("fatal", StringComparison.OrdinalIgnoreCase))
                ?? lastLines.LastOrDefault() ?? "it said nothing";
    }

    /// <summary>Asks it to stop, so that it hands its leadership over, and kills it if it does not within the limit.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        try
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
            await Ended.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or Win32Exception)
        {
            process.Kill();
            await Ended.ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        process.Dispose();
        log.Dispose();
    }

    private static void Run(MemberPlan plan, ProcessStartInfo start, TaskCompletionSource<MemberProcess> started)
    {
        MemberProcess member;
        try
        {
            var log = new StreamWriter(new FileStream(plan.Log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
            member = new MemberProcess(Process.Start(start)!, log);
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            started.SetException(new CommandException(ExitCode.Disk,
                $"{plan.Program} cannot be started with its log at {plan.Log} ({e.Message.TrimEnd('.')}); check both.", e));
            return;
        }

        member.process.OutputDataReceived += (_, line) => member.Keep(line.Data);
        member.process.ErrorDataReceived += (_, line) => member.Keep(line.Data);
        member.process.StandardInput.Close();
        member.process.BeginOutputReadLine();
        member.process.BeginErrorReadLine();
        started.SetResult(member);
        member.process.WaitForExit();
        member.ended.SetResult(member.process.ExitCode);
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (lastLines)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > KeptLines)
                lastLines.Dequeue();
            if (line.Contains(TakenOut, StringComparison.Ordinal) || line.Contains(PortTaken, StringComparison.Ordinal))
                reason = line;
            try
            {
                log.WriteLine(line);
                log.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // A full disk must not stop the reading: etcd would wait for ever for somebody to read what it says.
            }
        }
    }
}
