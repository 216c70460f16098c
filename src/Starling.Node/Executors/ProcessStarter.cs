using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;

namespace Starling.Node.Executors;

/// <summary>
/// Starts processes from one thread that never ends. Linux tells a child of its parent's death when the *thread* ends that made it
/// (prctl(2), PR_SET_PDEATHSIG), and threads of the pool come and go.
/// </summary>
internal static class ProcessStarter
{
    private static readonly BlockingCollection<(ProcessStartInfo Info, TaskCompletionSource<Process> Started)> Waiting = [];

    static ProcessStarter() => new Thread(Run) { IsBackground = true, Name = "Starling process starter" }.Start();

    /// <summary>Starts a process.</summary>
    /// <exception cref="ExecutorException">The system refuses.</exception>
    public static Task<Process> StartAsync(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Waiting.Add((info, started));
        return started.Task;
    }

    private static void Run()
    {
        foreach (var (info, started) in Waiting.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
            catch (Exception e) when (e is Win32Exception or InvalidOperationException or IOException)
            {
                started.SetException(new ExecutorException($"Cannot start {info.FileName}: {e.Message}", e));
            }
        }
    }
}
