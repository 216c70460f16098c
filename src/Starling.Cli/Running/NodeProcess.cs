using System.Diagnostics;
using Starling.Cli.Commands;

namespace Starling.Cli.Running;

/// <summary>
/// The process of one node: this same program, told to start a node. It holds the other end of its standard input, whose end tells it to
/// stop: so nodes stop with the run, even if the run is killed.
/// </summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process process;
    private readonly Task writing;
    private readonly Queue<string> lastLines = [];

    private NodeProcess(Process process, string log)
    {
        this.process = process;
        var file = new StreamWriter(new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite));
        writing = WriteAsync(file);
    }

    /// <summary>The process id.</summary>
    public int Id => process.Id;

    /// <summary>Starts a node.</summary>
    /// <param name="nodeFile">Its <c>node.yaml</c>.</param>
    /// <param name="log">Takes what it writes.</param>
    public static NodeProcess Start(string nodeFile, string log)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is not known.");
        var start =
            new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.Add(typeof(CommandLine).Assembly.Location);
        foreach (var argument in (string[])["node", "start", "--config", nodeFile, "--parent-stdin"])
            start.ArgumentList.Add(argument);
        return new NodeProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started."), log);
    }

    /// <summary>Waits for the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        return process.ExitCode;
    }

    /// <summary>What it said last, for people: the sentence of an error if there is one.</summary>
    public string LastWords()
    {
        lock (lastLines)
        {
            const string Error = "error: ";
            var errors =
                lastLines.Where(line => line.StartsWith(Error, StringComparison.Ordinal)).Select(line => line[Error.Length..]).ToList();
            return errors.Count > 0 ? string.Join('\n', errors) : lastLines.LastOrDefault() ?? "it said nothing";
        }
    }

    /// <summary>Asks it to stop, and kills it if it does not within the limit.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(limit);
        try
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }

        await writing.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();

    private async Task WriteAsync(StreamWriter file)
    {
        await Task.WhenAll(CopyAsync(process.StandardOutput, file), CopyAsync(process.StandardError, file)).ConfigureAwait(false);
        try
        {
            await file.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // See below: what a full disk refused is still in its buffer.
        }
    }

    private async Task CopyAsync(StreamReader from, StreamWriter file)
    {
        const int Kept = 20;
        while (await from.ReadLineAsync().ConfigureAwait(false) is { } line)
            lock (lastLines)
            {
                lastLines.Enqueue(line);
                if (lastLines.Count > Kept)
                    lastLines.Dequeue();
                try
                {
                    file.WriteLine(line);
                    file.Flush();
                }
                catch (IOException)
                {
                    // A full disk must not stop the copying: the node would wait for ever for somebody to read what it says.
                }
            }
    }
}
