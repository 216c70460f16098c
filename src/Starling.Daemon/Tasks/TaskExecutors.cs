using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Starling.Core.Identity;
using Starling.Core.Kernel;
using Starling.Node.Executors;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>
/// The executors that a host's owner allows, each opened when it is first needed, and where their works have their folders.
/// </summary>
/// <param name="folder">The node's folder.</param>
/// <param name="allowed">Their names, the usual one first.</param>
/// <param name="content">What programs may read.</param>
internal sealed class TaskExecutors(string folder, ImmutableArray<string> allowed, ContentStore content) : IDisposable
{
    /// <summary>Of so many runs of a task runner the output is kept, the latest.</summary>
    public const int RunsKept = 20;

    private readonly SemaphoreSlim opening = new(1);
    private readonly Dictionary<string, IExecutor> open = [];

    /// <summary>Where a run's files lie.</summary>
    public string WorkFolder(StartWork order) => Path.Combine(folder, "work", order.Runner.Value, $"{order.Run}");

    /// <summary>Where a run's output lies.</summary>
    public string LogFolder(StartWork order) => LogFolder(folder, order.Runner, order.Run);

    /// <summary>Where a run's output lies in a node's folder.</summary>
    public static string LogFolder(string folder, ContractId runner, long run) => Path.Combine(folder, "logs", runner.Value, $"{run}");

    /// <summary>
    /// Starts the program of a task in a folder of its own. What an earlier attempt wrote there is still there: the
    /// program may go on from it.
    /// </summary>
    /// <exception cref="TaskException">It cannot be started; the message says what to do.</exception>
    public async Task<IRunningWork> StartAsync(StartWork order, ProgramOrder program, ImmutableSortedDictionary<string, string> variables,
        string? socket, CancellationToken cancellation)
    {
        var lease = content.Lease(program.Content);
        try
        {
            var work = await StartAsync(order, program, lease.Items, variables, socket, cancellation).ConfigureAwait(false);
            lease.EndWith(work.Completion);
            return work;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private async Task<IRunningWork> StartAsync(StartWork order, ProgramOrder program, ImmutableArray<StoredContent> found,
        ImmutableSortedDictionary<string, string> variables, string? socket, CancellationToken cancellation)
    {
        var name = program.Executor ?? allowed[0];
        if (!allowed.Contains(name))
            throw new TaskException($"The task wants the executor {name}, and the owner of this host allows {string.Join(" and ", allowed)}; change 'executor' in the task, or have the owner allow it under 'tasks.executors' in node.yaml.");
        var work = Directory.CreateDirectory(WorkFolder(order)).FullName;
        var logs = Directory.CreateDirectory(LogFolder(order)).FullName;
        ForgetOldOutput(Path.GetDirectoryName(logs)!);
        ImmutableArray<string> own = program.Command is ["starling", ..] ? [AppContext.BaseDirectory.TrimEnd('/'), DotnetFolder] : [];
        try
        {
            // First, since it ends what would write into the same folder.
            var executor = await OpenAsync(name).ConfigureAwait(false);
            await WriteAsync(work, program.Files, cancellation).ConfigureAwait(false);
            return await executor.StartAsync(new WorkOrder
            {
                Command = Command(program.Command),
                Folder = work,
                Environment = program.Environment.SetItems(variables)
                    .SetItems(found.Select(item => KeyValuePair.Create($"STARLING_CONTENT_{Variable(item.Name)}", item.Folder))),
                Inputs = [.. found.Select(item => item.Folder), .. own.Distinct()],
                NodeSocket = socket,
                Limits = program.Limits,
                OutputFolder = logs,
            }, cancellation).ConfigureAwait(false);
        }
        catch (ExecutorException fault)
        {
            throw new TaskException(fault.Message, fault);
        }
    }

    /// <summary>Ends what earlier works left running, and removes the work folders of all runs before this one. Their logs stay.</summary>
    /// <returns>How many folders were removed, and what is left of the others, a sentence each.</returns>
    /// <exception cref="TaskException">Something cannot be ended.</exception>
    public async Task<(int Removed, ImmutableArray<string> Left)> CleanUpAsync(StartWork order)
    {
        try
        {
            // To open an executor is to end what was left: see there.
            foreach (var name in allowed)
                await OpenAsync(name).ConfigureAwait(false);
        }
        catch (ExecutorException fault)
        {
            throw new TaskException(fault.Message, fault);
        }

        var old = Directory.Exists(Path.Combine(folder, "work", order.Runner.Value))
            ? Directory.GetDirectories(Path.Combine(folder, "work", order.Runner.Value)) : [];
        ImmutableArray<string> left = [.. old.Select(WorkFolders.Delete).OfType<string>()];
        return (old.Length - left.Length, left);
    }

    /// <summary>Whatever executors a node may have opened: its owner may have allowed others before.</summary>
    public static IEnumerable<(string Name, ExecutorOptions Options)> All(string folder) =>
        KnownExecutors.Names.Select(name => (name, Options(folder, name)));

    /// <inheritdoc/>
    public void Dispose() => opening.Dispose();

    /// <summary>Removes the output of a task runner's runs but for the latest.</summary>
    public static void ForgetOldOutput(string logs)
    {
        var runs = new DirectoryInfo(logs).GetDirectories()
            .Select(run =>
                (Folder: run, IsRun: long.TryParse(run.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number),
                    Number: number)).Where(run => run.IsRun);
        foreach (var (old, _, _) in runs.OrderByDescending(run => run.Number).Skip(RunsKept))
            old.Delete(recursive: true);
    }

    // An earlier attempt may have left anything of these names, a link to another file among it: that goes, and is not followed.
    private static async Task WriteAsync(string work, ImmutableArray<OrderedFile> files, CancellationToken cancellation)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(work, file.Name);
            try
            {
                File.Delete(path);
                var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
                await using (stream.ConfigureAwait(false))
                    await stream.WriteAsync(Encoding.UTF8.GetBytes(file.Text), cancellation).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new TaskException($"The task's file {file.Name} cannot be written: {fault.Message.TrimEnd('.')}.", fault);
            }
        }
    }

    private static string DotnetFolder => Path.GetDirectoryName(Environment.ProcessPath)!;

    private static string Variable(ContentName name) =>
        new([.. name.ToString().ToUpperInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')]);

    private static ExecutorOptions Options(string folder, string name) =>
        ExecutorOptions.Of("node", folder, Path.Combine("executors", name));

    private static ImmutableArray<string> Command(ImmutableArray<string> command) =>
        command is ["starling", .. var words] ? [.. ThisProgram.Words, .. words] : command;

    private async Task<IExecutor> OpenAsync(string name)
    {
        await opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (open.TryGetValue(name, out var executor))
                return executor;
            return open[name] = await KnownExecutors.OpenAsync(name, Options(folder, name)).ConfigureAwait(false);
        }
        finally
        {
            opening.Release();
        }
    }
}
