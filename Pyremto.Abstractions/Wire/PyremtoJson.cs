using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>
/// The wire contracts of every transport, source-generated: snake_case, absent rather than null. It is for transports; payloads of
/// handlers have contexts of their own.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    MaxDepth = Pyremto.JsonText.MaxDepth + 16)] // a description stands some levels deep in a request
[JsonSerializable(typeof(CreateTag))]
[JsonSerializable(typeof(CreatedTag))]
[JsonSerializable(typeof(TagAccess))]
[JsonSerializable(typeof(TagUpdate))]
[JsonSerializable(typeof(TagSummary))]
[JsonSerializable(typeof(TagNote))]
[JsonSerializable(typeof(JobSetup))]
[JsonSerializable(typeof(ExchangeRequest))]
[JsonSerializable(typeof(ExchangeAnswer))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(NotNeededWatch))]
[JsonSerializable(typeof(JobNotNeeded))]
[JsonSerializable(typeof(TagProgress))]
[JsonSerializable(typeof(ChangedJobs))]
[JsonSerializable(typeof(JobResult))]
[JsonSerializable(typeof(JobPage))]
[JsonSerializable(typeof(ResultQuery))]
[JsonSerializable(typeof(JobQuery))]
public sealed partial class PyremtoJson : JsonSerializerContext;
