using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Starling.Daemon.Http.Description;
using Starling.Daemon.Tests.Clusters;

namespace Starling.Daemon.Tests;

/// <summary>The API's description is what the node answers, and lies in the repository.</summary>
public sealed class ApiDescriptionTests
{
    private const string WriteVariable = "STARLING_WRITE_OPENAPI";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Red if the API changes and its description in the repository does not.</summary>
    [Fact(Timeout = 120_000)]
    public async Task The_description_in_the_repository_is_that_of_a_node()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        var told = (await desk.Client.GetApiDescriptionAsync(Cancellation)).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable(WriteVariable) == "1")
            await File.WriteAllTextAsync(DescriptionPath(), told, Cancellation);
        Assert.True(
            File.Exists(DescriptionPath()) && await File.ReadAllTextAsync(DescriptionPath(), Cancellation) == told,
            $"spec/openapi.json is not what a node tells; look at what changed, and write it anew by running this test with {WriteVariable}=1.");
        using var document = JsonDocument.Parse(told);
        Assert.StartsWith("3.1", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal(ApiCatalogue.Routes.Select(route => route.Path).Distinct().Count(),
            document.RootElement.GetProperty("paths").EnumerateObject().Count());
    }

    /// <summary>Red if a request is answered that the catalogue does not have, or the other way round.</summary>
    [Fact(Timeout = 120_000)]
    public async Task The_catalogue_has_every_request_and_no_other()
    {
        await using var desk = await Desk.OpenAsync(Cancellation);
        AssertCatalogue(desk.Daemon);
    }

    /// <summary>Red if what is described depends on how the node is configured.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_node_of_a_task_runner_has_the_same_requests()
    {
        await using var cluster = await Cluster.CreateServingAsync(1, Cluster.Synthetic(2, 2, rounds: 1), Cancellation);
        await using var node = await cluster.StartAsync(0, Cancellation);
        AssertCatalogue(node);
    }

    private static void AssertCatalogue(RunningDaemon daemon)
    {
        var answered = from endpoint in daemon.Routes.OfType<RouteEndpoint>()
                       from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
                       select $"{method} {endpoint.RoutePattern.RawText}";
        Assert.Equal(
            ApiCatalogue.Routes.Select(route => $"{route.Method} {route.Path}").Append($"GET {ApiCatalogue.Path}")
                .Order(StringComparer.Ordinal),
            answered.Order(StringComparer.Ordinal));
    }

    private static string DescriptionPath([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "spec", "openapi.json");
}
