using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;
using Starling.Api;
using Starling.Core.Identity;

namespace Starling.Daemon.Http.Description;

/// <summary>The API's description (OpenAPI 3.1), made from the records that it answers with.</summary>
internal static class ApiDescriptionExtensions
{
    /// <summary>Adds what makes the description. Nothing is made before it is asked for.</summary>
    public static IServiceCollection AddApiDescription(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            // Numbers are written as numbers, and the description need not allow texts.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.DefaultIgnoreCondition = ApiJson.Default.Options.DefaultIgnoreCondition;
        });
        services.TryAddEnumerable(ServiceDescriptor.Transient<IApiDescriptionProvider, RouteDescriptions>());
        return services.AddOpenApi(options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo
                {
                    Title = "Starling node",
                    Version = "1",
                    Description = "What a node tells and takes. Callers show a certificate; errors are problem details (RFC 9457)."
                };
                document.Servers = [];
                foreach (var schema in document.Components?.Schemas?.Values.OfType<OpenApiSchema>() ?? [])
                    Refine(schema);
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>Answers with the description.</summary>
    public static void MapApiDescription(this WebApplication application) => application.MapOpenApi(ApiCatalogue.Path).For(NodeAction.Read);

    private static void Refine(OpenApiSchema schema)
    {
        Straighten(schema);
        foreach (var (name, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            Straighten(property);
            foreach (var choice in property.OneOf ?? [])
                Straighten(choice);
            if (MayBeNull(property))
                schema.Required?.Remove(name);
        }
    }

    // Where the source breaks a sentence is no matter of the API.
    private static void Straighten(IOpenApiSchema schema)
    {
        if (schema.Description is { } text)
            schema.Description = string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));
    }

    // What is null is left out.
    private static bool MayBeNull(IOpenApiSchema property) => property.Type?.HasFlag(JsonSchemaType.Null) == true
        || (property.OneOf ?? property.AnyOf)?.Any(choice => choice.Type == JsonSchemaType.Null) == true;
}
