using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Starling.Core.Identity;
using Starling.Node.Tasks;

namespace Starling.Daemon.Http;

/// <summary>Gives content that tasks left on this node to those who work for the same task runner.</summary>
/// <param name="content">Where it lies; null on a node that works for no task runner, and so has none.</param>
internal sealed class ContentApi(ContentStore? content)
{
    /// <summary>Adds the request to the API, which lets callers in.</summary>
    public void Map(WebApplication application) => application.MapGet("/v1/content/{content}", GiveAsync).For(NodeAction.ReadContent);

    private async Task GiveAsync(HttpContext context)
    {
        if (!ContentName.TryParse(context.GetRouteValue("content") as string, out var name) || content?.Find(name) is null)
        {
            await Problem.NotFoundAsync(context, "There is no content of this name on the node; prepare it by a task.")
                .ConfigureAwait(false);
            return;
        }

        using var lease = content.Lease(name);
        var found = lease.Items[0];
        context.Response.ContentType = "application/x-tar";
        context.Response.Headers.ETag = $"\"{found.Digest}\"";
        await ContentArchive.WriteAsync(found, context.Response.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
