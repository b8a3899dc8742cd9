using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pyremto.Cli.Programs;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Formats;

/// <summary>Whoever reads a description or a result bears every valid JSON text.</summary>
public sealed class HostilePayloadTests
{
    private const int Rows = 300;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds { get; } = [.. Enumerable.Range(1, 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task S13_json_holds_any_payload_as_it_came(int seed)
    {
        var results = Results(seed);

        foreach (var format in new[] { "json", "jsonl" })
        {
            var text = await WriteAsync(format, results);
            foreach (var result in results)
                text.Should().Contain($"\"description\":{result.Description},\"result\":{result.Result},");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Csv_has_a_row_for_any_payload(int seed)
    {
        var text = await WriteAsync("csv", Results(seed));

        Records(text).Should().Be(Rows + 1);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Plots_are_drawn_of_any_payload(int seed)
    {
        var index = new PlotIndex("name", Begin, TimeProvider.System);
        foreach (var result in Results(seed))
            index.Table.Add(result, Begin);

        index.Table.Total.Should().Be(Rows);
        var progress = new TagProgress { Tag = "t", State = TagStatus.Running, Done = Rows };
        foreach (var field in index.Table.Fields.ToList())
        {
            foreach (var fold in new[] { false, true })
            {
                var output = new MemoryStream();
                using (var json = new Utf8JsonWriter(output))
                    PlotAnswers.Write(json, index, index.View(new PlotQuery("job_id", field.Name, field.Name, fold, 16)), after: null, progress);
                Strict.GetString(output.ToArray()).Should().Contain("\"points\":[");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Typed_payloads_read_any_text(int seed)
    {
        var json = new HostileJson(seed);
        for (var i = 0; i < Rows; i++)
        {
            var value = json.Object();
            var wrapped = JsonText.Parse($$"""{"by_key":{"\udcff":"\udcfe"},"text":"data-\udcff {{i}}","any":{{value}} }""");

            var read = Payload.Read(wrapped, HostileJsonContext.Default.Holder, "The result", (message, _) => new InvalidJobException(message));

            read.Text.Should().Be($"data-\\udcff {i}");
            read.ByKey.Should().Contain("\\udcff", "\\udcfe");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Arguments_of_programs_come_from_any_description(int seed)
    {
        var json = new HostileJson(seed);
        var line = ProgramLine.Parse(["program", "{x}", "{y.z}"]);
        var lacking = ProgramLine.Parse(["program", "{absent}"]);
        for (var i = 0; i < Rows; i++)
        {
            var value = json.Object().ToString();
            var description = JsonText.Parse($$"""{"\udcff":1,"x":{{value}},"y":{"\ud800":2,"z":"text"},"\udcff":{{value}} }""");

            line.ArgumentsFor(description).Should().Equal(value, "text");
            FluentActions.Invoking(() => lacking.ArgumentsFor(description)).Should().Throw<JobFailedException>().WithMessage("*'absent'*");
        }
    }

    [Theory]
    [InlineData("""{"a":"data-\udcff"}""", "result.a", "data-\\udcff")]
    [InlineData("""{"a\ud800":"\ud83d\ude00"}""", "result.a\\ud800", "😀")]
    [InlineData("""{"a":"\uDE00\uD83D"}""", "result.a", "\\uDE00\\uD83D")]
    [InlineData("""{"a":"\\ud800"}""", "result.a", "\\ud800")]
    public async Task Half_of_a_surrogate_pair_is_a_cell_with_the_letters_of_its_escape(string result, string header, string cell)
    {
        var text = await WriteAsync("csv", [Result(0, JsonText.Parse("{}"), JsonText.Parse(result))]);

        text.Split('\n')[0].Should().EndWith("," + header);
        text.Split('\n')[1].Should().EndWith("," + cell);
    }

    private static List<JobResult> Results(int seed)
    {
        var json = new HostileJson(seed);
        return [.. Enumerable.Range(0, Rows).Select(i => Result(i, json.Object(), json.Object()))];
    }

    private static JobResult Result(int id, JsonText description, JsonText result) => new()
    {
        JobId = id, Description = description, Result = result, Attempt = 1, Worker = "w", StartedAt = Begin, DoneAt = Begin.AddSeconds(1),
    };

    private static async Task<string> WriteAsync(string format, IReadOnlyList<JobResult> results)
    {
        var output = new MemoryStream();
        await ResultWriters.All.Single(writer => writer.Format == format).WriteAsync(_ => results.ToAsyncEnumerable(), output, CancellationToken.None);
        return Strict.GetString(output.ToArray());
    }

    /// <summary>Lines that end outside of quotes.</summary>
    private static int Records(string csv)
    {
        var (records, quoted) = (0, false);
        foreach (var character in csv)
        {
            quoted ^= character == '"';
            records += character == '\n' && !quoted ? 1 : 0;
        }
        return records;
    }
}

internal sealed record Holder(string Text, JsonElement Any, Dictionary<string, string> ByKey);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Holder))]
internal sealed partial class HostileJsonContext : JsonSerializerContext;
