using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Starling.Daemon.Draining;
using Starling.Daemon.Http.Contracts;
using Starling.Daemon.Http.Description;
using Starling.Daemon.Http.Tasks;
using Starling.Node.Tasks;

namespace Starling.Daemon.Http;

/// <summary>
/// By what a node and its contracts are controlled from elsewhere: the table of contents of the API besides <see cref="NodeApi"/>.
/// </summary>
internal static class ControlApi
{
    /// <summary>Adds what answers.</summary>
    public static IServiceCollection AddControlApi(this IServiceCollection services) => services
        .AddSingleton<LedgerContracts>()
        .AddSingleton<ContractReader>()
        .AddSingleton<ContractsApi>()
        .AddSingleton<EntriesApi>()
        .AddSingleton<RunnersApi>()
        .AddSingleton<OutputApi>()
        .AddSingleton<NodesApi>()
        .AddSingleton(s => new ContentApi(s.GetService<ContentStore>()))
        .AddSingleton<DrainWatch>()
        .AddSingleton<DrainApi>()
        .AddApiDescription();

    /// <summary>Adds the requests to the API, which lets callers in.</summary>
    public static void MapControlApi(this WebApplication application)
    {
        application.Services.GetRequiredService<ContractsApi>().Map(application);
        application.Services.GetRequiredService<EntriesApi>().Map(application);
        application.Services.GetRequiredService<RunnersApi>().Map(application);
        application.Services.GetRequiredService<OutputApi>().Map(application);
        application.Services.GetRequiredService<NodesApi>().Map(application);
        application.Services.GetRequiredService<ContentApi>().Map(application);
        application.Services.GetRequiredService<DrainApi>().Map(application);
        application.MapApiDescription();
    }
}
