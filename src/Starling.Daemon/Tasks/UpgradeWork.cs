using Starling.Core.Configuration;
using Starling.Core.Kernel;
using Starling.Core.Tasks;
using Starling.Learning.Experiments;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>
/// Puts newer content in the place of older, at once: whatever starts from now on has the newer one, and what runs
/// goes on with what it has.
/// </summary>
/// <param name="content">Where content lies.</param>
internal sealed class UpgradeWork(ContentStore content) : ITaskWork
{
    /// <inheritdoc/>
    public TaskKind Kind => TaskKind.UpgradeProgram;

    /// <inheritdoc/>
    public async Task<WorkReport> CarryOutAsync(StartWork order, Action<WorkReport> report, CancellationToken cancellation)
    {
        var (name, with) = Parse(order.Task);
        var newer =
            content.Find(with) ?? throw new TaskException($"Content {with} is not on this host; prepare or fetch it by a task before.");
        var before = content.Find(name);
        await content.CopyAsync(newer, name, cancellation).ConfigureAwait(false);
        return new WorkReport(WorkState.Complete,
            $"Content {name} is {newer.Digest} now; before it was {before?.Digest.ToString() ?? "not here"}.", null, WorkUsage.None, "");
    }

    private static (ContentName Name, ContentName With) Parse(TaskDefinition task)
    {
        try
        {
            var binder = new ConfigurationBinder(YamlTreeReader.Read($"task {task.Name}", task.Body, YamlBounds.Experiment));
            var (name, with) = (Read(binder.Root, "content"), Read(binder.Root, "with"));
            var mistakes = binder.Complete();
            return mistakes.IsEmpty ? (name, with) : throw new ConfigurationException(mistakes);
        }
        catch (ConfigurationException mistakes)
        {
            throw new TaskException(mistakes.Message, mistakes);
        }
    }

    private static ContentName Read(SectionBinder root, string key)
    {
        if (!ContentName.TryParse(root.Text(key), out var name))
            root.Fault(key, "is no name of content; use up to 64 of a-z, 0-9, '-', '.' and '_'");
        return name;
    }
}
