using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Pyremto;

/// <summary>How a message is written and read: the contracts of Abstractions, and the pipe's own around them.</summary>
internal static class Contract<T>
{
    public static readonly JsonTypeInfo<T> Json = (JsonTypeInfo<T>)ContractOptions.Json.GetTypeInfo(typeof(T));
}

internal static class ContractOptions
{
    /// <summary>Descriptions may be as deep as they may be (S16), and stand some levels deep in a request.</summary>
    private const int MaxDepth = JsonText.MaxDepth + 16;

    public static readonly JsonReaderOptions Reading = new() { MaxDepth = MaxDepth };

    public static readonly JsonSerializerOptions Json = new(PyremtoJson.Default.Options)
    {
        MaxDepth = MaxDepth,
        Converters = { new LosslessJsonTextConverter() },
        TypeInfoResolver = JsonTypeInfoResolver.Combine(PyremtoJson.Default, PipeJson.Default),
    };
}
