using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Starling.Api;
using ProblemDetails = Starling.Api.ProblemDetails;

namespace Starling.Daemon.Http;

/// <summary>Answers that tell what is wrong (RFC 9457).</summary>
internal static class Problem
{
    /// <summary>Sends a caller away, and his connection with him: he would only keep a place from others.</summary>
    public static Task DeniedAsync(HttpContext context, string caller)
    {
        context.Response.Headers.Connection = "close";
        return WriteAsync(
            context, StatusCodes.Status403Forbidden, "denied", "The caller may not use this node's API.",
            $"{caller} is neither an admin of this node nor of its organisation; list it under 'admins' in the node's node.yaml.");
    }

    public static Task NotFoundAsync(HttpContext context, string detail) =>
        WriteAsync(context, StatusCodes.Status404NotFound, "not-found", "There is no such thing.", detail);

    public static Task BadRequestAsync(HttpContext context, string detail) =>
        WriteAsync(context, StatusCodes.Status400BadRequest, "bad-request", "The request cannot be understood.", detail);

    public static Task NotPermittedAsync(HttpContext context, string detail) =>
        WriteAsync(context, StatusCodes.Status403Forbidden, "not-permitted", "The caller may not do this.", detail);

    /// <param name="context">The request.</param>
    /// <param name="detail">What is wrong, with the remedy.</param>
    /// <param name="refusal">Why a contract's rules refuse an entry; null if it is no entry.</param>
    public static Task ConflictAsync(HttpContext context, string detail, string? refusal = null) =>
        WriteAsync(context, StatusCodes.Status409Conflict, "conflict", "This cannot be done as things are.", detail, refusal);

    public static Task UnavailableAsync(HttpContext context, string detail) =>
        WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "The ledger does not answer.", detail);

    // A contract only grows: whoever asked again would get the same.
    public static Task TooLongAsync(HttpContext context, string detail) =>
        WriteAsync(context, StatusCodes.Status409Conflict, "too-long", "The node does not replay a contract this long.", detail);

    public static Task NotReadyAsync(HttpContext context, string detail) =>
        WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "not-ready", "The node is not ready.", detail);

    public static Task UnexpectedAsync(HttpContext context) => WriteAsync(
        context, StatusCodes.Status500InternalServerError, "unexpected", "The node failed to answer.", "The node's log says more.");

    private static async Task WriteAsync(HttpContext context, int status, string type, string title, string detail, string? refusal = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        await JsonSerializer.SerializeAsync(
            context.Response.Body, new ProblemDetails($"urn:starling:problem:{type}", title, status, detail, refusal),
            ApiJson.Default.ProblemDetails,
            context.RequestAborted).ConfigureAwait(false);
    }
}
