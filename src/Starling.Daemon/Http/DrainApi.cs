using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Starling.Core.Identity;
using Starling.Daemon.Draining;
using Starling.Node.Transport;

namespace Starling.Daemon.Http;

/// <summary>Has the node finish what it has in hand, and then stop.</summary>
/// <param name="drain">Does it.</param>
internal sealed class DrainApi(DrainWatch drain)
{
    /// <summary>Adds the request to the API, which lets callers in.</summary>
    public void Map(WebApplication application) => application.MapPost("/v1/drain", Drain).For(NodeAction.Drain);

    private Task Drain(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        var caller = context.Features.GetRequiredFeature<IPeerIdentityFeature>().Node;
        context.Response.OnCompleted(() =>
        {
            drain.Request(caller.Value);
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }
}
