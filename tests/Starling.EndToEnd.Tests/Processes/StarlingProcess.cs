using System.Diagnostics;

namespace Starling.EndToEnd.Tests.Processes;

/// <summary>
/// The command line as a process of its own, as a user starts it. It ends with the tests' own process, however that ends.
/// </summary>
internal sealed class StarlingProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task reading;
    private readonly List<string> output = [], error = [];
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> waiting = [];

    private StarlingProcess(Process process)
    {
        this.process = process;
        LastWill.Include(process);
        reading = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, error));
    }

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>Starts the command line in a working directory.</summary>
    public static StarlingProcess Start(string folder, params IEnumerable<string> arguments) => Start("starling.dll", folder, arguments);

    /// <summary>Starts a node that lies.</summary>
    public static StarlingProcess StartLiar(string folder, string nodeFile, string lie) =>
        Start("Starling.Liar.dll", folder, ["--config", nodeFile, "--lie", lie]);

    /// <summary>Starts the command line in a network namespace, which takes the process's place.</summary>
    public static StarlingProcess StartIn(string space, string folder, params IEnumerable<string> arguments) =>
        StartInside(["ip", "netns", "exec", space], folder, arguments);

    /// <summary>Starts the command line inside of another command, such as <c>env</c>, whose place it takes.</summary>
    public static StarlingProcess StartInside(string[] command, string folder, params IEnumerable<string> arguments) =>
        Start("starling.dll", folder, arguments, command);

    private static StarlingProcess Start(string program, string folder, IEnumerable<string> arguments, params string[] inside)
    {
        string[] words = [.. inside, "dotnet", Path.Combine(AppContext.BaseDirectory, program), .. arguments];
        var start = new ProcessStartInfo(words[0])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        foreach (var word in words.Skip(1))
            start.ArgumentList.Add(word);
        start.Environment.Remove("STARLING_DEBUG");
        start.Environment["STARLING_HOME"] = Path.Combine(folder, ".starling"); // Not the contexts of whoever runs the tests.
        return new StarlingProcess(Process.Start(start)!);
    }

    /// <summary>Carries out a command to its end.</summary>
    public static async Task<CommandResult> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        await using var process = Start(folder, arguments);
        return await process.EndAsync();
    }

    /// <summary>Waits for a line on either stream; one that was written already counts.</summary>
    public async Task<string> LineAsync(Func<string, bool> wanted)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (waiting)
        {
            if (output.Concat(error).FirstOrDefault(wanted) is { } line)
                return line;
            waiting.Add((wanted, found));
        }

        var first = await Task.WhenAny(found.Task, reading).WaitAsync(TestContext.Current.CancellationToken);
        return first == found.Task || found.Task.IsCompleted
            ? await found.Task
            : throw new InvalidOperationException($"The process ended without the line. Output:\n{Text(output)}\nError:\n{Text(error)}");
    }

    /// <summary>Waits for the end.</summary>
    public async Task<CommandResult> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await reading.WaitAsync(TestContext.Current.CancellationToken);
        return new CommandResult(process.ExitCode, Text(output), Text(error));
    }

    /// <summary>Kills it with SIGKILL; with its nodes if it is told so.</summary>
    public async Task KillAsync(bool withChildren)
    {
        process.Kill(withChildren);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends it a signal by name, such as INT.</summary>
    public Task SignalAsync(string signal) => SignalAsync(Id, signal);

    /// <summary>Sends a process a signal by name, such as INT.</summary>
    public static async Task SignalAsync(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await GuardedProcess.EndAsync(process);
        process.Dispose();
    }

    private string Text(List<string> lines)
    {
        lock (waiting)
            return string.Join('\n', lines);
    }

    private async Task ReadAsync(StreamReader reader, List<string> lines)
    {
        while (await reader.ReadLineAsync() is { } line)
            lock (waiting)
            {
                lines.Add(line);
                foreach (var (_, found) in waiting.Where(wait => wait.Wanted(line)))
                    found.TrySetResult(line);
            }
    }
}
