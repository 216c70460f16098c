using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Starling.Api.Sessions;
using Starling.Daemon.Http;
using Starling.Node.Transport;

namespace Starling.Daemon.Sessions;

/// <summary>
/// One session's socket: HTTP over a Unix socket of its own, which only this user and whoever it is handed to can reach, and a token
/// besides. What is said over it is <see cref="SessionApi"/>'s matter.
/// </summary>
internal sealed class SessionServer : IAsyncDisposable
{
    private const int MostBodyBytes = 64 << 10;

    // A program needs one; one more while its broken one ends, or while it reads a model and asks for something.
    private const int MostConnections = 8;

    private readonly WebApplication application;
    private readonly byte[] token;
    private readonly string folder;

    private SessionServer(WebApplication application, string folder)
    {
        (this.application, this.folder) = (application, folder);
        Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        token = Encoding.ASCII.GetBytes($"Bearer {Token}");
    }

    /// <summary>Where it listens.</summary>
    public string Socket => Path.Combine(folder, "node.sock");

    /// <summary>What a program must show.</summary>
    public string Token { get; }

    /// <summary>Begins to listen.</summary>
    public static async Task<SessionServer> StartAsync(ProgramSession session, SessionUpdates updates, CancellationToken cancellation)
    {
        // A socket's path has at most 107 bytes, so it cannot lie in the node's folder.
        var folder = Directory.CreateTempSubdirectory("starling-s-").FullName;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseLargeBlocks().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxConcurrentConnections = MostConnections;
            server.Limits.MaxRequestBodySize = MostBodyBytes;
            server.Limits.MinRequestBodyDataRate = null; // A program that is stopped in a debugger is no attack.
            server.Limits.KeepAliveTimeout = TimeSpan.FromDays(1); // Between two syncs a program trains, and keeps its session.
            server.ListenUnixSocket(Path.Combine(folder, "node.sock"), listen => listen.Protocols = HttpProtocols.Http1);
        });
        var serving = new SessionServer(builder.Build(), folder);
        serving.application.Use(serving.GuardAsync);
        serving.application.UseRouting();
        new SessionApi(session, updates).Map(serving.application);
        try
        {
            await serving.application.StartAsync(cancellation).ConfigureAwait(false);
            return serving;
        }
        catch
        {
            await serving.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
            await application.StopAsync(limit.Token).ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A program of this user may have deleted it, or made anything of it: that is no reason to fail what it did.
        }
    }

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var shown = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        if (!CryptographicOperations.FixedTimeEquals(shown, token))
        {
            await Problem.NotPermittedAsync(context, $"The token is not this session's; send the one of {SessionClient.TokenVariable}.")
                .ConfigureAwait(false);
            return;
        }

        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The program has gone, or sent what is no request; its next word will be answered.
            if (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
                await Problem.BadRequestAsync(context, gone.Message).ConfigureAwait(false);
        }
    }
}
