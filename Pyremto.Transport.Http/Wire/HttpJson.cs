using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>The bodies that only HTTP has, source-generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(NotNeededBody))]
[JsonSerializable(typeof(FailureBody))]
[JsonSerializable(typeof(ReleaseBody))]
[JsonSerializable(typeof(RetryBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(ViewTokenBody))]
[JsonSerializable(typeof(CreatedTagAnswer))]
[JsonSerializable(typeof(JobsAnswer))]
[JsonSerializable(typeof(ViewTokenAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
internal sealed partial class HttpJson : JsonSerializerContext;
