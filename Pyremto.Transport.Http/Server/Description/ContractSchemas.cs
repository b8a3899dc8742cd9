using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Pyremto;

/// <summary>The contracts as schemas, from the metadata that also reads and writes them, whatever the host's own JSON options are.</summary>
internal static class ContractSchemas
{
    private static readonly JsonSchemaExporterOptions Options = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = static (context, schema) => Transform(context, schema),
    };

    /// <summary>A reference to the contract's schema among the components of the document.</summary>
    public static OpenApiSchemaReference Of(Type contract, OpenApiDocument document)
    {
        if (document.Components?.Schemas?.ContainsKey(contract.Name) != true)
            document.AddComponent(contract.Name, Read(contract == typeof(ExchangeAnswer) ? Flat() : Export(contract), document));
        return new OpenApiSchemaReference(contract.Name, document);
    }

    private static OpenApiSchema Read(JsonNode schema, OpenApiDocument document) =>
        new OpenApiJsonReader().ReadFragment<OpenApiSchema>(schema, OpenApiSpecVersion.OpenApi3_1, document, out _)
        ?? throw new InvalidOperationException("A contract has no schema.");

    private static JsonObject Export(Type contract) =>
        JsonSchemaExporter.GetJsonSchemaAsNode(TypeInfoOf(contract), Options) as JsonObject ?? [];

    private static JsonTypeInfo TypeInfoOf(Type contract) =>
        ((JsonSerializerContext)WireJson.Strict).GetTypeInfo(contract) ?? HttpJson.Default.GetTypeInfo(contract)
        ?? throw new InvalidOperationException($"{contract.Name} is no contract.");

    /// <summary>The answer to a request for work has the first job's fields beside the state.</summary>
    private static JsonObject Flat()
    {
        var answer = Export(typeof(ExchangeAnswer));
        var properties = answer["properties"]!.AsObject();
        properties["has_job"] = new JsonObject { ["type"] = "integer", ["enum"] = new JsonArray(0, 1) };
        foreach (var (name, field) in Export(typeof(HandOut))["properties"]!.AsObject())
            properties[name] = field!.DeepClone();
        return answer;
    }

    private static JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(TimeSpan))
            return new JsonObject { ["type"] = "number", ["description"] = "seconds" };
        if (type == typeof(JsonText))
            return new JsonObject { ["description"] = "JSON as it came" };
        return schema;
    }
}
