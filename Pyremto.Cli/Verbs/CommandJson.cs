using System.Text.Json.Serialization;

namespace Pyremto.Cli.Verbs;

/// <summary>How many jobs of a tag a verb touched, and which of the named ones it did not.</summary>
internal sealed record TouchedJobs(string Tag, int Jobs, IReadOnlyList<UntouchedJob>? Unchanged);

/// <summary>A job that was named and not touched, with its state; null where there is no such job.</summary>
internal sealed record UntouchedJob(int JobId, string? State);

/// <summary>What a verb did to a tag.</summary>
internal sealed record ChangedTag(string Tag, string Change);

/// <summary>A tag that was set up, and where it is looked at.</summary>
internal sealed record SubmittedTag(string Tag, int Jobs, string? Page);

/// <summary>Where a tag is looked at.</summary>
internal sealed record ShownTag(string Tag, string? Page);

/// <summary>Where a coordinator is reached: on this machine, and (where it is) from others.</summary>
internal sealed record ServedCoordinator(
    IReadOnlyList<string> Urls, string? PublicUrl, IReadOnlyList<string> Pipes, string Store, string? OperatorKeyFile);

/// <summary>A copy of a store that was made.</summary>
internal sealed record MadeBackup(string File, long Bytes);

/// <summary>What verbs print with <c>--json</c>, beside the contracts of <see cref="PyremtoJson"/>: one value a line.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TouchedJobs))]
[JsonSerializable(typeof(ChangedTag))]
[JsonSerializable(typeof(SubmittedTag))]
[JsonSerializable(typeof(ShownTag))]
[JsonSerializable(typeof(ServedCoordinator))]
[JsonSerializable(typeof(MadeBackup))]
internal sealed partial class CommandJson : JsonSerializerContext;
