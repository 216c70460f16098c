using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Starling.Core.Identity;
using Starling.Daemon.Tasks;
using Starling.Node.Executors;
using Starling.Node.Options;

namespace Starling.Daemon.Http.Tasks;

/// <summary>Gives what the programs of tasks wrote on this node, all that is kept of it.</summary>
/// <param name="options">Where the node's folder is.</param>
internal sealed class OutputApi(NodeOptions options)
{
    /// <summary>Adds the request to the API, which lets callers in.</summary>
    public void Map(WebApplication application) =>
        application.MapGet("/v1/runners/{contract}/runs/{run}/output/{stream}", GiveAsync).For(NodeAction.ReadOutput);

    private async Task GiveAsync(HttpContext context)
    {
        var stream = context.GetRouteValue("stream") as string;
        if (!ContractId.TryParse(context.GetRouteValue("contract") as string, out var runner)
            || !long.TryParse(context.GetRouteValue("run") as string, NumberStyles.None, CultureInfo.InvariantCulture, out var run)
            || !KeptOutput.Streams.Contains(stream))
        {
            await Problem
                .NotFoundAsync(context,
                    $"There is no such output; name a task runner, the number of a run, and {string.Join(" or ", KeptOutput.Streams)}.")
                    .ConfigureAwait(false);
            return;
        }

        var parts = KeptOutput.Open(TaskExecutors.LogFolder(options.Folder, runner, run), stream!);
        if (parts.Count == 0)
        {
            await Problem.NotFoundAsync(context, $"This node keeps no output of run {run} of {runner}: no program ran for it here.")
                .ConfigureAwait(false);
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.CacheControl = "no-store";
        foreach (var part in parts)
            await using (part.ConfigureAwait(false))
                await part.CopyToAsync(context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
