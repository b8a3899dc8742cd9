using System.Buffers;
using System.Text;

namespace Pyremto;

/// <summary>
/// The v2 protocol's verbs of pyremto's other features. What a script logs is kept with its tag, so that the script goes on and
/// <c>get-all-data</c> gives it back; nobody is notified.
/// </summary>
internal sealed class V2Notes(PyremtoServer server)
{
    private const string Integers = "v2.logged_ints";
    private const string Strings = "v2.logged_strings";
    private const string DataPoints = "v2.logged_datapoints";
    private const string AskedInputs = "v2.asked_inputs";

    private static readonly (string Name, string Kind)[] Lists =
    [
        ("logged-ints", Integers), ("logged-strings", Strings), ("logged-datapoints", DataPoints), ("asked-inputs", AskedInputs),
    ];

    private static readonly byte[] Kept = """{"success":1}"""u8.ToArray();
    private static readonly byte[] NotKept = """{"success":0}"""u8.ToArray();
    private static readonly byte[] NoInput = """{"success":0,"has_input":0}"""u8.ToArray();

    private readonly IJobScheduler _scheduler = server.Scheduler;

    /// <summary><c>log-int</c>.</summary>
    public Task LogIntegerAsync(V2Call call) =>
        LogAsync(call, Integers, ("value", Number(call, V2Headers.Value)), ("description", Text(call, V2Headers.Description)));

    /// <summary><c>log-string</c>.</summary>
    public Task LogStringAsync(V2Call call) =>
        LogAsync(call, Strings, ("value", Text(call, V2Headers.Value)), ("description", Text(call, V2Headers.Description)));

    /// <summary><c>log-data-point</c>.</summary>
    public Task LogDataPointAsync(V2Call call) => LogAsync(
        call, DataPoints, ("x", Number(call, V2Headers.X)), ("y", Number(call, V2Headers.Y)), ("description", Text(call, V2Headers.Description)));

    /// <summary><c>ask-for-input</c>: noted, though there is nobody yet who could answer.</summary>
    public Task AskForInputAsync(V2Call call) => LogAsync(call, AskedInputs, ("description", Text(call, V2Headers.Description)));

    /// <summary><c>get-input</c>: there is none.</summary>
    public async Task GetInputAsync(V2Call call)
    {
        await _scheduler.GetNotesAsync(call.Access, AskedInputs, call.Gone).ConfigureAwait(false); // for whoever may know
        await call.AnswerAsync(NoInput).ConfigureAwait(false);
    }

    /// <summary><c>get-all-data</c>.</summary>
    public async Task AllDataAsync(V2Call call)
    {
        var access = call.Access;
        var notes = new List<(string Name, IReadOnlyList<TagNote> Notes)>();
        foreach (var (name, kind) in Lists)
            notes.Add((name, await _scheduler.GetNotesAsync(access, kind, call.Gone).ConfigureAwait(false)));
        call.BeginAnswer();
        var output = call.Context.Response.BodyWriter;
        output.Write("{"u8);
        for (var list = 0; list < notes.Count; list++)
        {
            output.Write(Encoding.ASCII.GetBytes($"{(list > 0 ? "," : "")}\"{notes[list].Name}\":["));
            for (var i = 0; i < notes[list].Notes.Count; i++)
            {
                if (i > 0)
                    output.Write(","u8);
                output.Write(notes[list].Notes[i].Body.Original.Span);
            }
            output.Write("]"u8);
            await output.FlushAsync(call.Gone).ConfigureAwait(false);
        }
        output.Write("}"u8);
        await output.FlushAsync(call.Gone).ConfigureAwait(false);
    }

    /// <summary>Keeps an entry. A script that has logged more than a tag may keep (S16) goes on, and is told that it was not
    /// kept.</summary>
    private async Task LogAsync(V2Call call, string kind, params (string Name, string Json)[] fields)
    {
        var json = $"{{{string.Join(",", fields.Select(field => $"\"{field.Name}\":{field.Json}"))}}}";
        if (!JsonText.TryParsePython(Encoding.ASCII.GetBytes(json), out var entry, out var problem))
            throw new InvalidRequestException(problem);
        var isKept = true;
        try
        {
            await _scheduler.AddNoteAsync(call.Access, new TagNote(kind, entry), replace: false, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TooLargeException error)
        {
            server.V2Refusals.Log(call, error.Message);
            isKept = false;
        }
        await call.AnswerAsync(isKept ? Kept : NotKept).ConfigureAwait(false);
    }

    private static string Text(V2Call call, string header) => Literal(call.Headers.Text(header) ?? "");

    /// <summary>A number as it came, also Python's <c>nan</c> and <c>inf</c>; what is none is kept as a text.</summary>
    private static string Number(V2Call call, string header)
    {
        var text = call.Headers.Text(header) ?? "";
        var number = text switch
        {
            "nan" => "NaN",
            "inf" => "Infinity",
            "-inf" => "-Infinity",
            _ => text,
        };
        return JsonText.TryParsePython(Encoding.UTF8.GetBytes(number), out var json, out _) && IsNumber(json) ? number : Literal(text);
    }

    private static bool IsNumber(JsonText json) => json.Original.Span[0] is (byte)'-' or (byte)'N' or (byte)'I' or (>= (byte)'0' and <= (byte)'9');

    private static string Literal(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var literal = new byte[AsciiJson.MostBytes(utf8.Length)];
        return Encoding.ASCII.GetString(literal, 0, AsciiJson.Write(utf8, literal));
    }
}
