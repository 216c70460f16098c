using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Starling.Api;
using Starling.Api.Sessions;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Daemon.Http;
using Starling.Learning.Programs;
using Starling.Node.Events;
using Starling.Node.Programs;

namespace Starling.Daemon.Sessions;

/// <summary>
/// One session's socket: HTTP over a Unix socket of its own, which only this user and whoever it is handed to can reach, and a token besides. What a program sends is a stranger's until it is checked.
/// </summary>
internal sealed class SessionServer : IAsyncDisposable
{
    private const int Protocol = 1;
    private const int MostBodyBytes = 64 << 10;
    private const long MostWeight = 1_000_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WebApplication application;
    private readonly ProgramSession session;
    private readonly SessionUpdates updates;
    private readonly byte[] token;
    private readonly string folder;

    private SessionServer(WebApplication application, string folder, ProgramSession session, SessionUpdates updates)
    {
        (this.application, this.folder, this.session, this.updates) = (application, folder, session, updates);
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
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = MostBodyBytes;
            server.Limits.MinRequestBodyDataRate = null; // A program that is stopped in a debugger is no attack.
            server.ListenUnixSocket(Path.Combine(folder, "node.sock"), listen => listen.Protocols = HttpProtocols.Http1);
        });
        var serving = new SessionServer(builder.Build(), folder, session, updates);
        serving.Map();
        await serving.application.StartAsync(cancellation).ConfigureAwait(false);
        return serving;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1)))
            await application.StopAsync(limit.Token).ConfigureAwait(false);
        await application.DisposeAsync().ConfigureAwait(false);
        Directory.Delete(folder, recursive: true);
    }

    private void Map()
    {
        application.Use(GuardAsync);
        application.UseRouting();
        application.MapPost("/v1/session", OpenAsync);
        application.MapGet("/v1/assignment", NextAsync);
        application.MapGet("/v1/base/{number:long}", context => WithWorkAsync(context, work => BaseAsync(context, work)));
        application.MapPut("/v1/update/{number:long}", context => WithWorkAsync(context, work => UpdateAsync(context, work)));
        application.MapPost("/v1/measured/{number:long}", context => WithWorkAsync(context, work => MeasuredAsync(context, work)));
        application.MapPost("/v1/finished/{number:long}", context => WithWorkAsync(context, work => FinishedAsync(context, work)));
        application.MapPost("/v1/failed/{number:long}", context => WithWorkAsync(context, work => FailedAsync(context, work)));
        application.MapFallback(context => Problem.NotFoundAsync(context, $"A session has no {context.Request.Path}."));
    }

    private async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        var shown = Encoding.UTF8.GetBytes(context.Request.Headers.Authorization.ToString());
        if (!CryptographicOperations.FixedTimeEquals(shown, token))
        {
            await Problem.NotPermittedAsync(context, $"The token is not this session's; send the one of {SessionClient.TokenVariable}.").ConfigureAwait(false);
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

    private async Task OpenAsync(HttpContext context)
    {
        if (await ReadAsync(context, ApiJson.Default.SessionOpening).ConfigureAwait(false) is not { } opening)
            await Problem.BadRequestAsync(context, "The body must be JSON with protocol, program and schema.").ConfigureAwait(false);
        else if (opening.Protocol != Protocol)
            await Problem.ConflictAsync(context, $"The node speaks version {Protocol} of the session protocol and the program version {opening.Protocol}; upgrade the older one.").ConfigureAwait(false);
        else if (await SettingsAsync(context).ConfigureAwait(false) is not { } settings)
            await Problem.ConflictAsync(context, $"Contract {session.Contract} is not known to this node yet; open the session again in a moment.").ConfigureAwait(false);
        else if (!string.Equals(opening.Schema, settings.SchemaHash.ToString(), StringComparison.OrdinalIgnoreCase))
            await Problem.ConflictAsync(
                context, $"The program's model has other tensors than contract {session.Contract}; names, shapes and types must be the same on every member.").ConfigureAwait(false);
        else
        {
            session.Open();
            var members = updates.Members(session.Contract);
            await WriteAsync(context, new SessionOpened(updates.Self.Value, session.Contract.Value, members.ToList().IndexOf(updates.Self), members.Count, settings.MaxModelBytes),
                ApiJson.Default.SessionOpened).ConfigureAwait(false);
        }
    }

    // A contract that was just founded is read within a moment; the program should not have to try again.
    private async Task<TrainingSettings?> SettingsAsync(HttpContext context)
    {
        for (var waited = TimeSpan.Zero; waited < Patience; waited += TimeSpan.FromMilliseconds(100))
        {
            if (updates.Settings(session.Contract) is { } settings)
                return settings;
            await Task.Delay(TimeSpan.FromMilliseconds(100), context.RequestAborted).ConfigureAwait(false);
        }

        return null;
    }

    private async Task NextAsync(HttpContext context)
    {
        if (!long.TryParse(context.Request.Query["after"], NumberStyles.None, CultureInfo.InvariantCulture, out var after))
            await Problem.BadRequestAsync(context, "'after' must be the number of the last assignment, or 0.").ConfigureAwait(false);
        else if (await session.NextAsync(after, Patience, context.RequestAborted).ConfigureAwait(false) is not { } work)
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        else
        {
            var given = work.Assignment;
            if (work.Begun == 0 && !given.Last)
                work.Report(new TrainingStarted(given.Contract, given.Round, given.Batches));
            work.Begun = System.Diagnostics.Stopwatch.GetTimestamp();
            await WriteAsync(context, new SessionAssignment(work.Number, given.Round, given.Batches, given.Done, !given.Base.IsNone, given.Last), ApiJson.Default.SessionAssignment).ConfigureAwait(false);
        }
    }

    private async Task BaseAsync(HttpContext context, SessionWork work)
    {
        if (work.Assignment.Base.IsNone)
            await Problem.NotFoundAsync(context, "There is no merged model before the first round; start from the program's own.").ConfigureAwait(false);
        else if (updates.Base(work) is not { } model)
            await Problem.NotFoundAsync(context, "The merged model is not here any more; ask for the next assignment.").ConfigureAwait(false);
        else
            await Results.Stream(new BlobStream(model), "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context).ConfigureAwait(false);
    }

    private async Task UpdateAsync(HttpContext context, SessionWork work)
    {
        var query = context.Request.Query;
        var final = query["checkIn"].ToString() is { Length: > 0 } word ? Enum.TryParse<CheckIn>(word, ignoreCase: true, out var checkIn) && !char.IsDigit(word[0]) ? checkIn : default : (CheckIn?)null;
        if (context.Request.ContentLength is not { } length)
            await Problem.BadRequestAsync(context, "An update must say how long it is, by Content-Length.").ConfigureAwait(false);
        else if (work.Assignment.Last)
            await Problem.ConflictAsync(context, "Training has ended; nothing is merged any more.").ConfigureAwait(false);
        else if (!long.TryParse(query["weight"], NumberStyles.None, CultureInfo.InvariantCulture, out var weight) || weight is < 1 or > MostWeight)
            await Problem.BadRequestAsync(context, $"'weight' must be a whole number from 1 to {MostWeight}.").ConfigureAwait(false);
        else if (!Metric(query["loss"], out var loss) || !Metric(query["accuracy"], out var accuracy))
            await Problem.BadRequestAsync(context, "'loss' and 'accuracy' must be numbers, or NaN.").ConfigureAwait(false);
        else if (final is { } given && !Enum.IsDefined(given))
            await Problem.BadRequestAsync(context, "'checkIn' must be inactive, snapshot or active.").ConfigureAwait(false);
        else
        {
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null; // bounded by the contract instead
            var (update, refusal) = await updates.TakeAsync(work, context.Request.Body, length, (weight, new UpdateMetrics(loss, accuracy), final), context.RequestAborted).ConfigureAwait(false);
            if (update is null)
                await Problem.ConflictAsync(context, refusal!).ConfigureAwait(false);
            else
                work.Complete(update);
        }
    }

    private static async Task MeasuredAsync(HttpContext context, SessionWork work)
    {
        if (await ReadAsync(context, ApiJson.Default.SessionMeasurement).ConfigureAwait(false) is not { } measured || measured.Examples < 0)
        {
            await Problem.BadRequestAsync(context, "The body must be JSON with subject, loss and examples.").ConfigureAwait(false);
            return;
        }

        var kind = measured.Subject switch
        {
            ModelSubject.Initial => ModelKind.Initial,
            ModelSubject.Local => ModelKind.Local,
            ModelSubject.Merged => ModelKind.Merged,
            _ => ModelKind.Final,
        };
        var evaluation = new Evaluation(measured.Loss ?? double.NaN, measured.Accuracy ?? double.NaN, measured.Auc, measured.F1, measured.Examples);
        var round = kind == ModelKind.Local ? work.Assignment.Round : work.Assignment.Round - 1;
        work.Report(new ModelEvaluated(work.Assignment.Contract, kind, round, evaluation));
        if (kind == ModelKind.Final)
            work.Report(new ProgramFinished(work.Assignment.Contract, round, work.Assignment.Base, evaluation));
    }

    private static Task FinishedAsync(HttpContext context, SessionWork work)
    {
        if (!work.Assignment.Last)
            return Problem.ConflictAsync(context, "Training goes on; hand an update over.");
        work.Complete(null);
        return Task.CompletedTask;
    }

    private static async Task FailedAsync(HttpContext context, SessionWork work)
    {
        if (await ReadAsync(context, ApiJson.Default.SessionFailure).ConfigureAwait(false) is { Reason: { Length: > 0 } reason })
            work.Fail(new ProgramException(reason));
        else
            await Problem.BadRequestAsync(context, "The body must be JSON with the reason.").ConfigureAwait(false);
    }

    private Task WithWorkAsync(HttpContext context, Func<SessionWork, Task> act) =>
        session.Find(long.Parse((string)context.GetRouteValue("number")!, CultureInfo.InvariantCulture)) is { } work
            ? act(work)
            : Problem.ConflictAsync(context, "There is another assignment by now, or none; ask for it.");

    private static bool Metric(string? text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> form)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, form, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> form)
    {
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, form, context.RequestAborted).ConfigureAwait(false);
    }
}
