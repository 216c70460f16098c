using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Starling.Api;
using Starling.Core.Identity;
using Starling.Daemon.Events;
using Starling.Node.Blobs;
using Starling.Node.Events;
using Starling.Node.Loop;
using Starling.Node.Transport;

namespace Starling.Daemon.Http;

/// <summary>
/// A node's HTTP API. It reads the node, and asks it to stop; it changes nothing else. What an admin changes is
/// <see cref="Contracts.EntriesApi"/>'s.
/// </summary>
/// <param name="kernel">What the node folded.</param>
/// <param name="status">What it is doing.</param>
/// <param name="events">What it tells.</param>
/// <param name="blobs">What it keeps.</param>
/// <param name="node">What is told of the daemon around it.</param>
internal sealed class NodeApi(KernelDriver kernel, StatusView status, EventStream events, BlobStore blobs, ServingNode node)
{
    /// <summary>Adds the API to an application.</summary>
    public void Map(WebApplication application)
    {
        application.Use(GuardAsync);
        application.UseRouting();
        application.Use(PermitAsync);
        application
            .MapGet("/v1/status", context => WriteAsync(context, Describe(), ApiJson.Default.NodeStatus)).For(NodeAction.Read);
        application.MapGet("/v1/health", context => WriteAsync(
            context, new NodeHealth(kernel.State.Self.Id.Value, !node.IsStopping, Environment.ProcessId), ApiJson.Default.NodeHealth))
            .For(NodeAction.Read);
        application.MapGet("/v1/events", TellAsync).For(NodeAction.Read);
        application.MapGet("/v1/models/{contract}/latest", DownloadAsync).For(NodeAction.Read);
        application.MapPost("/v1/stop", StopAsync).For(NodeAction.Stop);
        application.MapFallback("{*path}", context => Problem.NotFoundAsync(context, $"The API has no {context.Request.Path}."))
            .For(NodeAction.Read);
    }

    // Before anything else, and for every path: who is not let in learns nothing, not even which paths there are.
    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var caller = context.Features.Get<IPeerIdentityFeature>()?.Node ?? default;
        if (!node.Access.Admits(caller))
        {
            await Problem.DeniedAsync(context, caller.IsNone ? "The caller" : caller.Value).ConfigureAwait(false);
            return;
        }

        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || node.IsStopping)
        {
            // The caller has gone, or the node goes.
        }
        catch (IOException fault) when (!context.Response.HasStarted)
        {
            node.Warn($"{context.Request.Path} failed: {fault.Message}");
            await Problem.UnexpectedAsync(context).ConfigureAwait(false);
        }
    }

    private Task PermitAsync(HttpContext context, RequestDelegate next)
    {
        var caller = context.Features.GetRequiredFeature<IPeerIdentityFeature>();
        var action = RouteAction.Of(context.GetEndpoint());
        if (node.Access.Permits(caller, action, NamedContract(context)))
            return next(context);
        return Problem.NotPermittedAsync(context, Permissions.Allow(caller.Roles, action)
            ? $"{caller.Node} may not do this: it is neither an admin of this node nor of its organisation. Of others, the operators of a task runner may get its content, and its admins what its own programs wrote."
            : $"{caller.Node} may not do this: its certificate gives it {RoleExtension.Text(caller.Roles)}, and this needs {RoleExtension.Text(Permissions.Needed(action))}. Have its authority issue one with that role.");
    }

    private NodeStatus Describe()
    {
        var now = status.Describe();
        return now with
        {
            Draining = node.Draining,
            Warnings = node.Ledger.Sentence is { } silent ? [silent, .. now.Warnings] : now.Warnings,
        };
    }

    private async Task TellAsync(HttpContext context)
    {
        var text = context.Request.Query["after"].ToString() is { Length: > 0 } query
            ? query
            : context.Request.Headers["Last-Event-ID"].ToString();
        var after = 0L;
        if (text.Length > 0 && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out after))
        {
            await Problem.BadRequestAsync(context, "'after' must be a cursor: a whole number from 0.").ConfigureAwait(false);
            return;
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, node.Stopped);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.StartAsync(ends.Token).ConfigureAwait(false);
        await foreach (var streamed in events.ReadAsync(after, ends.Token).ConfigureAwait(false))
        {
            var json = JsonSerializer.Serialize(EventProjection.Project(streamed), ApiJson.Default.ApiEvent);
            await context.Response.WriteAsync($"id: {streamed.Cursor}\ndata: {json}\n\n", ends.Token).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(ends.Token).ConfigureAwait(false);
        }
    }

    private async Task DownloadAsync(HttpContext context)
    {
        if (ContractOf(context) is not { } contract)
            await Problem.NotFoundAsync(context, "The node does not follow this contract.").ConfigureAwait(false);
        else if (kernel.State.Contracts[contract].Latest is not var (round, latest))
            await Problem.NotFoundAsync(context, "No round has ended yet.").ConfigureAwait(false);
        else if (blobs.Read(latest) is not { } model)
            await Problem.NotFoundAsync(context, $"The model of round {round} is still being fetched; try again.").ConfigureAwait(false);
        else
            await Results.Stream(
                new BlobStream(model), "application/octet-stream", $"{contract}-round-{round}.safetensors", enableRangeProcessing: true,
                entityTag: new Microsoft.Net.Http.Headers.EntityTagHeaderValue($"\"{model.Blob}\"")).ExecuteAsync(context)
                .ConfigureAwait(false);
    }

    private Task StopAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        var caller = context.Features.Get<IPeerIdentityFeature>()!.Node;
        context.Response.OnCompleted(() =>
        {
            node.RequestStop($"{caller} asked for it");
            return Task.CompletedTask;
        });
        return Task.CompletedTask;
    }

    private ContractId? ContractOf(HttpContext context) =>
        NamedContract(context) is { } contract && kernel.State.Contracts.ContainsKey(contract) ? contract : null;

    private static ContractId? NamedContract(HttpContext context) =>
        ContractId.TryParse(context.GetRouteValue("contract") as string, out var contract) ? contract : null;

    /// <summary>Answers with JSON.</summary>
    internal static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> form)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, form, context.RequestAborted).ConfigureAwait(false);
    }
}
