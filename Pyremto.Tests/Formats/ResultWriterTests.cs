using System.Text;
using System.Text.Json;

namespace Pyremto.Tests.Formats;

public sealed class ResultWriterTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 5, 4, 5, TimeSpan.FromHours(2));

    [Fact]
    public async Task Jsonl_has_the_fields_in_their_order_and_payloads_as_they_came_S13()
    {
        var text = await WriteAsync("jsonl", Row(3, """{"b":9223372036854775808,"a":1e400}""", """{"y":-0.50,"u":"ü"}"""));

        text.Should().Be(
            """{"job_id":3,"repetition":1,"description":{"b":9223372036854775808,"a":1e400},"result":{"y":-0.50,"u":"ü"},"attempt":2,"worker":"host:1:0:x","started_at":"2026-01-02T03:04:05Z","done_at":"2026-01-02T03:04:06.5Z","duration_seconds":1.5}"""
            + "\n");
    }

    [Fact]
    public async Task Json_is_one_array_of_the_same_objects()
    {
        var text = await WriteAsync("json", Row(0, """{"x":1}""", """{"y":2}"""), Row(1, """{"x":3}""", """{"y":4}""", worker: null));

        using var document = JsonDocument.Parse(text);
        document.RootElement.GetArrayLength().Should().Be(2);
        document.RootElement[1].GetProperty("worker").ValueKind.Should().Be(JsonValueKind.Null);
        text.Split('\n').Should().HaveCount(5);
    }

    [Theory]
    [InlineData("json", "[]\n")]
    [InlineData("jsonl", "")]
    [InlineData("csv", "job_id,repetition,attempt,worker,started_at,done_at,duration_seconds\n")]
    public async Task No_results_are_a_valid_file(string format, string expected) => (await WriteAsync(format)).Should().Be(expected);

    [Fact]
    public async Task Csv_has_the_union_of_all_fields_descriptions_first_nested_ones_dotted()
    {
        var text = await WriteAsync(
            "csv",
            Row(0, """{"x":1,"model":{"depth":2,"kind":"a,b"}}""", """{"y":[1, {"z":"q\"q"}]}"""),
            Row(1, """{"extra":true,"x":null}""", """{"error":"line\nbreak","nested":{}}""", worker: null));

        text.Should().Be(
            "job_id,repetition,attempt,worker,started_at,done_at,duration_seconds,"
            + "description.x,description.model.depth,description.model.kind,description.extra,result.y,result.error,result.nested\n"
            + "0,1,2,host:1:0:x,2026-01-02T03:04:05Z,2026-01-02T03:04:06.5Z,1.5,1,2,\"a,b\",,\"[1,{\"\"z\"\":\"\"q\\\"\"q\"\"}]\",,\n"
            + "1,1,2,,2026-01-02T03:04:05Z,2026-01-02T03:04:06.5Z,1.5,,,,true,,\"line\nbreak\",{}\n");
    }

    [Fact]
    public async Task Csv_has_a_column_for_each_of_a_rows_fields_of_the_same_dotted_name()
    {
        var text = await WriteAsync(
            "csv",
            Row(0, """{"a":{"b":1},"c":2}""", """{"y":3}"""),
            Row(1, """{"a.b":4,"a":{"b":5}}""", """{"y":6,"y":null,"y":7}"""));

        var lines = text.Split('\n');
        lines[0].Should().EndWith(",description.a.b,description.c,description.a.b,result.y,result.y,result.y");
        lines[1].Should().EndWith(",1.5,1,2,,3,,");
        lines[2].Should().EndWith(",1.5,4,,5,6,,7");
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0")]
    [InlineData("-1+2", "'-1+2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("+2e-3", "+2e-3")]
    [InlineData("-", "'-")]
    [InlineData("-1.5\n", "\"'-1.5\n\"")]
    [InlineData("a=b", "a=b")]
    public async Task Csv_defuses_what_a_spreadsheet_would_run(string value, string cell)
    {
        var payload = JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["v"] = value });

        var text = await WriteAsync("csv", Row(0, "{}", payload, worker: "=evil()"));

        text.Should().EndWith($",1.5,{cell}\n").And.Contain(",'=evil(),");
    }

    [Theory]
    [InlineData("-1.5")]
    [InlineData("1E400")]
    [InlineData("-9223372036854775809")]
    [InlineData("0.10")]
    public async Task S13_csv_writes_numbers_as_they_came(string number)
    {
        var text = await WriteAsync("csv", Row(0, $$"""{"v":{{number}}}""", "{}"));

        text.Should().EndWith($",{number}\n");
    }

    [Fact]
    public async Task Csv_leaves_out_rows_that_brought_new_fields_after_the_first_pass()
    {
        var passes = 0;
        var output = new MemoryStream();

        await Writer("csv").WriteAsync(
            _ => (passes++ == 0 ? [Row(0, """{"x":1}""", "{}")] : new[] { Row(0, """{"x":1}""", "{}"), Row(1, """{"new":1}""", "{}") })
                .ToAsyncEnumerable(),
            output,
            CancellationToken.None);

        Encoding.UTF8.GetString(output.ToArray()).Split('\n').Should().HaveCount(3);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("jsonl")]
    [InlineData("csv")]
    public async Task Many_rows_flow_through_in_pieces_and_never_by_blocking(string format)
    {
        var output = new AsyncOnlyStream();
        var row = Row(1, """{"x":1.25}""", """{"y":"0123456789"}""");

        await Writer(format).WriteAsync(_ => Enumerable.Repeat(row, 20_000).ToAsyncEnumerable(), output, CancellationToken.None);

        output.Largest.Should().BeLessThan(200_000);
        output.Total.Should().BeGreaterThan(1_000_000);
    }

    [Fact]
    public void The_format_of_a_file_is_found_by_its_ending()
    {
        ResultWriters.ForFile("/a/b.Csv").ContentType.Should().Be("text/csv; charset=utf-8");
        FluentActions.Invoking(() => ResultWriters.ForFile("results")).Should().Throw<InvalidRequestException>();
    }

    private static JobResult Row(int id, string description, string result, string? worker = "host:1:0:x") => new()
    {
        JobId = id,
        Repetition = 1,
        Description = JsonText.Parse(description),
        Result = JsonText.Parse(result),
        Attempt = 2,
        Worker = worker,
        StartedAt = Start,
        DoneAt = Start.AddSeconds(1.5),
    };

    private static IResultWriter Writer(string format) => ResultWriters.All.Single(writer => writer.Format == format);

    private static async Task<string> WriteAsync(string format, params JobResult[] rows)
    {
        var output = new MemoryStream();
        await Writer(format).WriteAsync(_ => rows.ToAsyncEnumerable(), output, CancellationToken.None);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>A stream as Kestrel's: whoever blocks on it fails.</summary>
    private sealed class AsyncOnlyStream : Stream
    {
        public long Total { get; private set; }

        public int Largest { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            Total += buffer.Length;
            Largest = Math.Max(Largest, buffer.Length);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Write(byte[] buffer, int offset, int count) => throw new InvalidOperationException("blocking");

        public override void Flush() => throw new InvalidOperationException("blocking");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
