using Microsoft.Extensions.DependencyInjection;
using Starling.Daemon.Configuration;
using Starling.Node.Options;
using Starling.Node.Programs;
using Starling.Node.Tasks;

namespace Starling.Daemon.Tasks;

/// <summary>What carries out a task runner's tasks.</summary>
internal static class TaskServiceCollectionExtensions
{
    /// <summary>Adds a work for each kind of task.</summary>
    /// <param name="services">The daemon's parts.</param>
    /// <param name="folder">The node's folder.</param>
    /// <param name="tasks">What the owner allows.</param>
    public static IServiceCollection AddTasks(this IServiceCollection services, string folder, TaskConfiguration tasks) => services
        .AddSingleton(_ =>
        {
            var content = new ContentStore(Path.Combine(folder, "content"));
            content.CleanUp();
            return content;
        })
        .AddSingleton(s => new TaskExecutors(folder, tasks.Executors, s.GetRequiredService<ContentStore>()))
        .AddSingleton<ITaskWork>(s =>
            new TrainingWork(s.GetRequiredService<ProgramHost>(),
                ActivatorUtilities.CreateInstance<TaskPrograms>(s, tasks.Settings).OpenAsync))
        .AddSingleton<ITaskWork, ContentWork>()
        .AddSingleton<ITaskWork>(s => ActivatorUtilities.CreateInstance<FetchWork>(s, s.GetRequiredService<NodeOptions>().Peers))
        .AddSingleton<ITaskWork, UpgradeWork>()
        .AddSingleton<ITaskWork, StopWork>();
}
