using System.Text.Json.Serialization;

namespace Pyremto;

/// <summary>The first thing that a client says.</summary>
/// <param name="Protocol">Always <see cref="PipeProtocol.Name"/>: so a foreign peer is told from ours.</param>
/// <param name="Version">The newest version of the protocol that the client speaks.</param>
/// <param name="Session">The client's own random id, the same over all its connections.</param>
/// <param name="Workers">The workers that it spoke for so far; they have come back (S10).</param>
internal sealed record Hello(string Protocol, int Version, string Session, IReadOnlyList<string> Workers);

/// <summary>What a coordinator answers to a <see cref="Hello"/>.</summary>
/// <param name="Version">The version that both speak from here on.</param>
/// <param name="MaxRequestBytes">The longest request that it takes.</param>
/// <param name="MaxCalls">How many calls it serves at a time on a connection.</param>
internal sealed record Welcome(int Version, int MaxRequestBytes, int MaxCalls);

/// <summary>An error on its way to the far side.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">For the person who reads it.</param>
/// <param name="RetryAfter">With <see cref="ErrorCodes.Banned"/>.</param>
internal sealed record ErrorBody(
    string Code,
    string Message,
    [property: JsonPropertyName("retry_after_seconds"), JsonConverter(typeof(NullableSecondsConverter))] TimeSpan? RetryAfter = null)
{
    public static ErrorBody Of(PyremtoException error) => new(error.Code, error.Message, (error as BannedException)?.RetryAfter);

    public PyremtoException ToException() => PyremtoException.FromCode(Code, Message, RetryAfter);
}

/// <summary>A call that says no more than which tag it is for.</summary>
internal sealed record TagCall(TagAccess Tag);

internal sealed record TagExistsCall(string Tag);

internal sealed record GetResultsCall(TagAccess Tag, ResultQuery Query);

internal sealed record GetJobsCall(TagAccess Tag, JobQuery Query);

internal sealed record GetNotesCall(TagAccess Tag, string Kind);

internal sealed record SetUpJobsCall(TagAccess Tag, JobSetup Setup);

internal sealed record RetryCall(
    TagAccess Tag,
    IReadOnlyList<int>? Jobs,
    [property: JsonPropertyName("silent_for_seconds"), JsonConverter(typeof(NullableSecondsConverter))] TimeSpan? SilentFor,
    bool Cancelled = false);

internal sealed record CancelCall(TagAccess Tag, IReadOnlyList<int>? Jobs);

internal sealed record SetPausedCall(TagAccess Tag, bool Paused);

internal sealed record UpdateTagCall(TagAccess Tag, TagUpdate Update);

internal sealed record IssueViewTokenCall(
    TagAccess Tag,
    [property: JsonPropertyName("lifetime_seconds"), JsonConverter(typeof(NullableSecondsConverter))] TimeSpan? Lifetime);

internal sealed record AddNoteCall(TagAccess Tag, TagNote Note, bool Replace);

/// <summary>Nothing to say.</summary>
internal readonly record struct Nothing;

/// <summary>What only the pipe's messages need beside <see cref="PyremtoJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Hello))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(TagCall))]
[JsonSerializable(typeof(TagExistsCall))]
[JsonSerializable(typeof(GetResultsCall))]
[JsonSerializable(typeof(GetJobsCall))]
[JsonSerializable(typeof(GetNotesCall))]
[JsonSerializable(typeof(SetUpJobsCall))]
[JsonSerializable(typeof(RetryCall))]
[JsonSerializable(typeof(CancelCall))]
[JsonSerializable(typeof(SetPausedCall))]
[JsonSerializable(typeof(UpdateTagCall))]
[JsonSerializable(typeof(IssueViewTokenCall))]
[JsonSerializable(typeof(AddNoteCall))]
[JsonSerializable(typeof(Nothing))]
[JsonSerializable(typeof(IReadOnlyList<TagNote>))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(string))]
internal sealed partial class PipeJson : JsonSerializerContext;
