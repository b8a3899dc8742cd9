using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>The bodies that only HTTP has, source-generated.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = Pyremto.JsonText.MaxDepth + 16)]
[JsonSerializable(typeof(FailureBody))]
[JsonSerializable(typeof(ReleaseBody))]
[JsonSerializable(typeof(RetryBody))]
[JsonSerializable(typeof(CancelBody))]
[JsonSerializable(typeof(ViewTokenBody))]
[JsonSerializable(typeof(CreatedTagAnswer))]
[JsonSerializable(typeof(JobsAnswer))]
[JsonSerializable(typeof(ViewTokenAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(GiveUpBody))]
[JsonSerializable(typeof(GivenUpAnswer))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(SessionBody))]
[JsonSerializable(typeof(PageAnswer))]
[JsonSerializable(typeof(PlotAnswer))]
[JsonSerializable(typeof(CompletionsAnswer))]
[JsonSerializable(typeof(IReadOnlyList<LatestResult>))]
[JsonSerializable(typeof(IReadOnlyList<TagNote>))]
[JsonSerializable(typeof(IReadOnlyList<TagSummary>))]
internal sealed partial class HttpJson : JsonSerializerContext;
