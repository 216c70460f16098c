using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Starling.Api;
using Starling.Api.Sessions;
using Starling.Core.Models;
using Starling.Learning.Programs;

namespace Starling.Programs.Tests;

/// <summary>A program goes on with the next assignment, whenever the one that it has is replaced.</summary>
public sealed class SessionTrainerTests : IAsyncLifetime
{
    private const int Parameters = 8;

    private readonly string folder = Directory.CreateTempSubdirectory("starling-trainer-").FullName;
    private readonly SyntheticProgram program = new(1, 0, Enumerable.Range(0, 3), Parameters);
    private readonly List<string> requests = [];
    private readonly WebApplication node;
    private Queue<SessionAssignment> assignments = new();
    private string refused = "";

    public SessionTrainerTests()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(server => server.ListenUnixSocket(Socket));
        node = builder.Build();
        node.Run(AnswerAsync);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Socket => Path.Combine(folder, "node.sock");

    public async ValueTask InitializeAsync() => await node.StartAsync(Cancellation);

    public async ValueTask DisposeAsync()
    {
        await node.StopAsync(CancellationToken.None);
        await node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Red if the program ends, and its task fails, since its node went on while it asked for the model.</summary>
    [Fact(Timeout = 60_000)]
    public async Task An_assignment_whose_model_is_not_there_any_more_is_left()
    {
        await RunAsync("/v1/base/1", new(1, 2, 1, 1, HasBase: true, Last: false), new(2, 3, 1, 2, HasBase: true, Last: true));
        Assert.Equal(["/v1/base/1", "/v1/base/2", "/v1/measured/2", "/v1/finished/2"], requests);
    }

    /// <summary>Red if an admin who begins anew in that moment ends the program.</summary>
    [Fact(Timeout = 60_000)]
    public async Task Training_that_begins_anew_as_it_ends_goes_on()
    {
        await RunAsync("/v1/finished/1", new(1, 2, 1, 1, HasBase: true, Last: true), new(2, 1, 1, 0, HasBase: false, Last: false),
            new(3, 2, 1, 1, HasBase: true, Last: true));
        Assert.Equal(["/v1/base/1", "/v1/measured/1", "/v1/finished/1", "/v1/measured/2", "/v1/measured/2", "/v1/update/2",
            "/v1/base/3", "/v1/measured/3", "/v1/finished/3"], requests);
    }

    private async Task RunAsync(string refusal, params SessionAssignment[] given)
    {
        (refused, assignments) = (refusal, new Queue<SessionAssignment>(given));
        using var client = new SessionClient(Socket, "token");
        await new SessionTrainer(client, program, new ProgramTerms()).RunAsync(_ => { }, Cancellation);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        await context.Request.Body.CopyToAsync(Stream.Null, Cancellation);
        var path = context.Request.Path.Value!;
        if (path == "/v1/assignment")
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(JsonSerializer.Serialize(assignments.Dequeue(), ApiJson.Default.SessionAssignment),
                Cancellation);
            return;
        }

        requests.Add(path);
        if (path == refused)
        {
            (context.Response.StatusCode, context.Response.ContentType) = (StatusCodes.Status409Conflict, "application/problem+json");
            await context.Response.WriteAsync("{\"detail\":\"There is another assignment by now, or none; ask for it.\"}", Cancellation);
        }
        else if (path.StartsWith("/v1/base/", StringComparison.Ordinal))
            await context.Response.Body.WriteAsync(Safetensors.Write(program.Initialise()), Cancellation);
    }
}
