using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Starling.Api;
using Starling.Api.Sessions;
using Starling.Core.Kernel;
using Starling.Core.Training;
using Starling.Daemon.Http;
using Starling.Learning.Programs;
using Starling.Node.Events;
using Starling.Node.Programs;

namespace Starling.Daemon.Sessions;

/// <summary>What a program and its node say to each other in a session. What a program sends is a stranger's until it is checked.</summary>
/// <param name="session">What the program is to do.</param>
/// <param name="updates">Takes its updates.</param>
internal sealed class SessionApi(ProgramSession session, SessionUpdates updates)
{
    private const int Protocol = 1;
    private const string OtherWork = "There is another assignment by now, or none; ask for it.";
    private const string MeasuredAlready = "This model was measured already for this assignment, and is once; go on with the assignment.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20), SecondProgramPatience = TimeSpan.FromSeconds(3),
        SecondUpdatePatience = TimeSpan.FromSeconds(5);

    /// <summary>Adds the requests to an application that has checked the token.</summary>
    public void Map(WebApplication application)
    {
        application.MapPost("/v1/session", OpenAsync);
        application.MapGet("/v1/assignment", NextAsync);
        application.MapGet("/v1/base/{number:long}", context => WithWorkAsync(context, work => BaseAsync(context, work)));
        application.MapPut("/v1/update/{number:long}", context => WithWorkAsync(context, work => UpdateAsync(context, work)));
        application.MapPost("/v1/measured/{number:long}", context => WithWorkAsync(context, work => MeasuredAsync(context, work)));
        application.MapPost("/v1/finished/{number:long}", context => WithWorkAsync(context, work => FinishedAsync(context, work)));
        application.MapPost("/v1/failed/{number:long}", context => WithWorkAsync(context, work => FailedAsync(context, work)));
        application.MapFallback(context => Problem.NotFoundAsync(context, $"A session has no {context.Request.Path}."));
    }

    private async Task OpenAsync(HttpContext context)
    {
        if (await ReadAsync(context, ApiJson.Default.SessionOpening).ConfigureAwait(false) is not { } opening)
            await Problem.BadRequestAsync(context, "The body must be JSON with protocol, program and schema.").ConfigureAwait(false);
        else if (opening.Protocol != Protocol)
            await Problem
                .ConflictAsync(context,
                    $"The node speaks version {Protocol} of the session protocol and the program version {opening.Protocol}; upgrade the older one.").ConfigureAwait(false);
        else if (await SettingsAsync(context).ConfigureAwait(false) is not { } settings)
            await Problem
                .ConflictAsync(context, $"Contract {session.Contract} is not known to this node yet; open the session again in a moment.")
                .ConfigureAwait(false);
        else if (!string.Equals(opening.Schema, settings.SchemaHash.ToString(), StringComparison.OrdinalIgnoreCase))
            await Problem.ConflictAsync(
                context,
                $"The program's model has other tensors than contract {session.Contract}; names, shapes and types must be the same on every member.").ConfigureAwait(false);
        else if (!await session.TryOpenAsync((context.Connection.Id, Closed(context)), SecondProgramPatience, context.RequestAborted)
            .ConfigureAwait(false))
            await Problem
                .ConflictAsync(context,
                    "Another program has this session, and a session is one program's: let only one of those that the task starts open it.")
                    .ConfigureAwait(false);
        else
        {
            var members = updates.Members(session.Contract);
            await WriteAsync(context, new SessionOpened(
                updates.Self.Value, session.Contract.Value, members.ToList().IndexOf(updates.Self), members.Count, settings.MaxModelBytes,
                SessionUpdates.Terms(settings)), ApiJson.Default.SessionOpened).ConfigureAwait(false);
        }
    }

    private static CancellationToken Closed(HttpContext context) =>
        context.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed;

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
            await WriteAsync(context,
                new SessionAssignment(work.Number, given.Round, given.Batches, given.Done, !given.Base.IsNone, given.Last),
                ApiJson.Default.SessionAssignment).ConfigureAwait(false);
        }
    }

    private async Task BaseAsync(HttpContext context, SessionWork work)
    {
        if (work.Assignment.Base.IsNone)
            await Problem.NotFoundAsync(context, "There is no merged model before the first round; start from the program's own.")
                .ConfigureAwait(false);
        else if (updates.Base(work) is not { } model)
            await Problem.NotFoundAsync(context, "The merged model is not here any more; ask for the next assignment.")
                .ConfigureAwait(false);
        else
            await Results.Stream(new BlobStream(model), "application/octet-stream", enableRangeProcessing: true).ExecuteAsync(context)
                .ConfigureAwait(false);
    }

    private async Task UpdateAsync(HttpContext context, SessionWork work)
    {
        var query = context.Request.Query;
        var final = query["checkIn"].ToString() is { Length: > 0 } word
            ? Enum.TryParse<CheckIn>(word, ignoreCase: true, out var checkIn) && !char.IsDigit(word[0]) ? checkIn : default
            : (CheckIn?)null;
        if (context.Request.ContentLength is not { } length)
            await Problem.BadRequestAsync(context, "An update must say how long it is, by Content-Length.").ConfigureAwait(false);
        else if (work.Assignment.Last)
            await Problem.ConflictAsync(context, "Training has ended; nothing is merged any more.").ConfigureAwait(false);
        else if (!long.TryParse(query["weight"], NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
            || weight is < 1 or > SessionUpdates.MostWeight)
            await Problem.BadRequestAsync(context, $"'weight' must be a whole number from 1 to {SessionUpdates.MostWeight}.")
                .ConfigureAwait(false);
        else if (!Metric(query["loss"], out var loss) || !Metric(query["accuracy"], out var accuracy))
            await Problem.BadRequestAsync(context, "'loss' and 'accuracy' must be numbers, or NaN.").ConfigureAwait(false);
        else if (final is { } given && !Enum.IsDefined(given))
            await Problem.BadRequestAsync(context, "'checkIn' must be inactive, snapshot or active.").ConfigureAwait(false);
        else
        {
            context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null; // bounded by the contract instead
            if (await HandOverAsync(context, work, length, (weight, new UpdateMetrics(loss, accuracy), final)).ConfigureAwait(false)
                is { } refusal)
                await Problem.ConflictAsync(context, refusal).ConfigureAwait(false);
        }
    }

    // One at a time, since an update has its length on the disk before its bytes come. One whose connection broke ends at once, and who
    // sends it again waits for that.
    private async Task<string?> HandOverAsync(
        HttpContext context, SessionWork work, long length, (long Weight, UpdateMetrics Metrics, CheckIn? Final) terms)
    {
        if (!await session.Sending.WaitAsync(SecondUpdatePatience, context.RequestAborted).ConfigureAwait(false))
            return "The session's program is sending an update already; send one at a time, and end the connection of one that you give up.";
        try
        {
            if (session.Find(work.Number) is null)
                return OtherWork;
            var (update, refusal) =
                await updates.TakeAsync(work, context.Request.Body, length, terms, context.RequestAborted).ConfigureAwait(false);
            if (update is null || work.Complete(update))
                return refusal;
            updates.TakeBack(update);
            return OtherWork;
        }
        finally
        {
            session.Sending.Release();
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
        if (!work.TryMeasure(kind))
        {
            await Problem.ConflictAsync(context, MeasuredAlready).ConfigureAwait(false);
            return;
        }

        var evaluation =
            new Evaluation(measured.Loss ?? double.NaN, measured.Accuracy ?? double.NaN, measured.Auc, measured.F1, measured.Examples);
        var round = kind == ModelKind.Local ? work.Assignment.Round : work.Assignment.Round - 1;
        work.Report(new ModelEvaluated(work.Assignment.Contract, kind, round, evaluation));
        if (kind == ModelKind.Final)
            work.Report(new ProgramFinished(work.Assignment.Contract, round, work.Assignment.Base, evaluation));
    }

    private static Task FinishedAsync(HttpContext context, SessionWork work)
    {
        if (!work.Assignment.Last)
            return Problem.ConflictAsync(context, "Training goes on; hand an update over.");
        // What was not measured has ended none the less.
        if (!work.IsMeasured)
            work.Report(new ProgramFinished(work.Assignment.Contract, work.Assignment.Round - 1, work.Assignment.Base,
                new Evaluation(double.NaN, double.NaN, null, null, 0)));
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
            : Problem.ConflictAsync(context, OtherWork);

    private static bool Metric(string? text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

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
