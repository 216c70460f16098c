using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Starling.Core.Identity;

namespace Starling.Daemon.Http;

/// <summary>
/// On every route of the API: what its requests are in the matrix of permissions. A route without it is denied to everyone.
/// </summary>
/// <param name="Action">What a request of the route does.</param>
internal sealed record RouteAction(NodeAction Action)
{
    /// <summary>The action of what a request was routed to.</summary>
    public static NodeAction Of(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<RouteAction>()?.Action ?? NodeAction.Unknown;
}

/// <summary>Names the actions of routes.</summary>
internal static class RouteActionExtensions
{
    /// <summary>Says what a request of the route does.</summary>
    public static void For(this IEndpointConventionBuilder route, NodeAction action) => route.WithMetadata(new RouteAction(action));
}
