using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using ProblemDetails = Starling.Api.ProblemDetails;

namespace Starling.Daemon.Http.Description;

/// <summary>Gives the catalogue's requests to what makes the description of them.</summary>
internal sealed class RouteDescriptions : IApiDescriptionProvider
{
    private static readonly EmptyModelMetadataProvider Models = new();

    /// <inheritdoc/>
    public int Order => 0;

    /// <inheritdoc/>
    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var route in ApiCatalogue.Routes)
            context.Results.Add(Describe(route));
    }

    /// <inheritdoc/>
    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }

    private static ApiDescription Describe(ApiRoute route)
    {
        var described = new ApiDescription
        {
            HttpMethod = route.Method,
            RelativePath = route.Path[1..],
            ActionDescriptor = new ActionDescriptor
            {
                DisplayName = $"{route.Method} {route.Path}",
                EndpointMetadata = [new EndpointSummaryAttribute(route.Summary), new TagsAttribute(route.Path.Split('/')[2])],
            },
        };
        foreach (var name in route.PathParameters)
            described.ParameterDescriptions.Add(Parameter(name, typeof(string), BindingSource.Path, isRequired: true));
        foreach (var (name, type) in route.Query)
            described.ParameterDescriptions.Add(Parameter(name, type, BindingSource.Query, isRequired: false));
        if (route.Body is { } body)
        {
            described.ParameterDescriptions.Add(Parameter("body", body, BindingSource.Body, isRequired: true));
            described.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = "application/json" });
        }

        described.SupportedResponseTypes.Add(Response(route.Status, route.Answer, route.Form));
        foreach (var status in route.Errors.AddRange(StatusCodes.Status403Forbidden, StatusCodes.Status500InternalServerError).Order())
            described.SupportedResponseTypes.Add(Response(status, typeof(ProblemDetails), "application/problem+json"));
        return described;
    }

    private static ApiParameterDescription Parameter(string name, Type type, BindingSource source, bool isRequired) => new()
    {
        Name = name,
        Type = type,
        Source = source,
        IsRequired = isRequired,
        ModelMetadata = Models.GetMetadataForType(type),
        ParameterDescriptor = new ParameterDescriptor { Name = name, ParameterType = type },
    };

    private static ApiResponseType Response(int status, Type? type, string form) => new()
    {
        StatusCode = status,
        Type = type ?? typeof(void),
        ApiResponseFormats = type is null ? [] : [new ApiResponseFormat { MediaType = form }],
    };
}
