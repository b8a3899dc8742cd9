using System.Text.Json;

namespace Pyremto;

/// <summary>The answer to a request for work for any HTTP client: the first job's fields beside the state.</summary>
internal static class FlatAnswer
{
    private static readonly JsonEncodedText State = JsonEncodedText.Encode("state");
    private static readonly JsonEncodedText HasJob = JsonEncodedText.Encode("has_job");
    private static readonly JsonEncodedText[] States =
        [.. Enum.GetNames<NextState>().Select(name => JsonEncodedText.Encode(JsonNamingPolicy.SnakeCaseLower.ConvertName(name)))];

    /// <summary>Writes it; the list of jobs only where several were wanted.</summary>
    public static void Write(Utf8JsonWriter json, ExchangeAnswer answer, bool severalWanted)
    {
        json.WriteStartObject();
        json.WriteString(State, States[(int)answer.State]);
        json.WriteNumber(HasJob, answer.HasJob ? 1 : 0);
        if (answer.Jobs.Count > 0)
            WireJson.WriteFields(json, answer.Jobs[0]);
        if (severalWanted)
            WireJson.WriteJobs(json, answer);
        WireJson.WriteOutcomes(json, answer);
        WireJson.WriteRefusedTags(json, answer);
        json.WriteEndObject();
    }
}
