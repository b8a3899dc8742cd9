using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>An enum as its snake_case name; numbers are refused.</summary>
/// <remarks>Public because the source-generated contexts of transports, which carry our contracts inside messages of their own, have to see it.</remarks>
public sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
