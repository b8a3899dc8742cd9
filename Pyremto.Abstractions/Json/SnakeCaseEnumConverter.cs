using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>An enum as its snake_case name; numbers are refused.</summary>
internal sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
