using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Pyremto;

/// <summary>Describes the routes of Pyremto in an OpenAPI document, from what they say of themselves.</summary>
internal sealed partial class RouteTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var text = context.Description.ActionDescriptor.EndpointMetadata.OfType<RouteText>().LastOrDefault();
        if (text is not null && context.Document is { } document)
            Describe(operation, text, context.Description.RelativePath ?? "", document);
        return Task.CompletedTask;
    }

    private static void Describe(OpenApiOperation operation, RouteText text, string path, OpenApiDocument document)
    {
        operation.OperationId = text.Name;
        operation.Summary = text.Summary;
        operation.Tags = new HashSet<OpenApiTagReference> { new("Pyremto", document) };
        operation.Parameters = [.. Names().Matches(path).Select(match => Parameter(match.Value, ParameterLocation.Path)),
            .. text.Query.Select(query => Parameter(query.Name, ParameterLocation.Query, query.Text))];
        if (text.Body is { } body)
            operation.RequestBody = new OpenApiRequestBody { Required = !text.BodyIsOptional, Content = Content(Schema(body, document), [HttpNames.Json]) };
        operation.Responses = new OpenApiResponses
        {
            [text.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = "Done.",
                Content = text.Answer is { } answer ? Content(Many(Schema(answer, document), text.AnswersMany), text.Types) : null,
            },
            ["default"] = new OpenApiResponse
            {
                Description = "Refused: 'code' says why.",
                Content = Content(Schema(typeof(ProblemAnswer), document), [HttpNames.Problem]),
            },
        };
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string? text = null) => new()
    {
        Name = name,
        In = place,
        Required = place == ParameterLocation.Path,
        Description = text,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static IOpenApiSchema Schema(Type contract, OpenApiDocument document) =>
        contract == typeof(JsonText) ? new OpenApiSchema() : ContractSchemas.Of(contract, document);

    private static IOpenApiSchema Many(IOpenApiSchema schema, bool isList) =>
        isList ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema;

    private static Dictionary<string, OpenApiMediaType> Content(IOpenApiSchema schema, IReadOnlyList<string> types) =>
        types.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = schema }, StringComparer.Ordinal);

    [GeneratedRegex(@"(?<=\{)\w+(?=\})", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Names();
}
