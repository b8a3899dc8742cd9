using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pyremto.Cli.Running;

/// <summary>What is kept with the jobs of a run: what they were made of, and with what program their results are computed.</summary>
internal sealed record RunNote
{
    /// <summary>The kind under which it is kept.</summary>
    public const string Kind = "run";

    /// <summary>1 for the first set of jobs in the file, one more for each that a changed input made.</summary>
    public required int Number { get; init; }

    /// <summary>A hash of the descriptions and their repetitions.</summary>
    public required string Input { get; init; }

    /// <summary>The program and its arguments as they were typed.</summary>
    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>Whether all that the program prints is the result.</summary>
    public bool Raw { get; init; }

    /// <summary>
    /// Where only a part of the jobs was left to be run: how many of each repetition, in the order of their ids. Null where all were.
    /// </summary>
    public IReadOnlyList<int>? Repetitions { get; init; }

    public static RunNote Read(TagNote note) => JsonSerializer.Deserialize(note.Body.Utf8.Span, RunJson.Default.RunNote)!;

    public TagNote ToNote() => new(Kind, JsonText.Parse(JsonSerializer.SerializeToUtf8Bytes(this, RunJson.Default.RunNote)));

    /// <summary>Whether another program would compute the results.</summary>
    public bool HasOtherProgram(IReadOnlyList<string> program, bool raw) => Raw != raw || !Program.SequenceEqual(program, StringComparer.Ordinal);

    /// <summary>Which repetition of its description a result of these jobs is.</summary>
    public int RepetitionOf(JobResult result)
    {
        if (Repetitions is not { } counts)
            return result.Repetition;
        var repetition = 0;
        for (var first = counts[0]; result.JobId >= first; first += counts[repetition])
            repetition++;
        return repetition;
    }
}

/// <summary>The JSON of what is kept with a run.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunNote))]
[JsonSerializable(typeof(RunSummary))]
internal sealed partial class RunJson : JsonSerializerContext;
