using System.Collections.Immutable;
using System.Globalization;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Node.Executors;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>Has a program make content: what it leaves in its work folder gets the name of the task's outcome.</summary>
/// <param name="executors">By which it runs.</param>
/// <param name="content">Where it goes.</param>
internal sealed class ContentWork(TaskExecutors executors, ContentStore content) : ITaskWork
{
    /// <inheritdoc/>
    public TaskKind Kind => TaskKind.PrepareContent;

    /// <inheritdoc/>
    public async Task<WorkReport> CarryOutAsync(StartWork order, Action<WorkReport> report, CancellationToken cancellation)
    {
        var (name, program) = (ContentOrder)TaskBody.Read(order.Task, []);
        var work = await executors.StartAsync(order, program, ImmutableSortedDictionary<string, string>.Empty, socket: null, cancellation)
            .ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            report(new WorkReport(WorkState.Running, $"runs {program.Command[0]}", null, WorkUsage.None, ""));
            WorkResult result;
            try
            {
                result = await work.Completion.WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await work.StopAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
                throw;
            }

            if (!result.Succeeded)
                return WorkReports.Of(result, result.Reason, complete: false);
            var stored = await KeepAsync(order, name, program, cancellation).ConfigureAwait(false);
            var left = WorkFolders.Delete(executors.WorkFolder(order));
            return WorkReports.Of(
                result, $"{(left is null ? "" : left + " ")}Content {name} is here, with the digest {stored.Digest}.", complete: true);
        }
    }

    private async Task<StoredContent> KeepAsync(StartWork order, ContentName name, ProgramOrder program, CancellationToken cancellation)
    {
        var staged = content.Stage();
        var left = program.Limits.DiskBytes;
        try
        {
            using var results = new WorkResults(executors.WorkFolder(order));
            foreach (var output in program.Outputs)
            {
                var source = results.Open(output, program.Limits.FileBytes)
                    ?? throw new TaskException(
                        string.Create(CultureInfo.InvariantCulture, $"The program left no {output}, which the task wants to keep."));
                await using (source.ConfigureAwait(false))
                {
                    // Files with holes took less while the program ran.
                    if ((left -= source.Length) < 0)
                        throw new TaskException($"The outputs have more than {program.Limits.DiskBytes} bytes together; keep fewer, or raise 'limits.disk' in the task.");
                    var path = Path.GetFullPath(output, staged);
                    Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                    var target = File.Create(path);
                    await using (target.ConfigureAwait(false))
                        await source.CopyToAsync(target, cancellation).ConfigureAwait(false);
                }
            }

            return await content.AdoptAsync(name, staged, expected: null, cancellation).ConfigureAwait(false);
        }
        catch (ExecutorException fault)
        {
            throw new TaskException(fault.Message, fault);
        }
        finally
        {
            ContentStore.Discard(staged);
        }
    }
}
