using System.Text;
using Pyremto.Cli.Inputs;

namespace Pyremto.Tests.Cli.Inputs;

/// <summary>Jobs from JSON lines and JSON arrays.</summary>
public sealed class JsonInputTests
{
    [Fact]
    public async Task A_line_is_a_job_and_its_text_stays_as_it_is_S13() =>
        (await InputFiles.ReadAsync("a.jsonl", "{\"b\": 9223372036854775808, \"a\":1e400}\n{ \"x\" : \"ü\" }"))
            .Should().Equal("{\"b\":9223372036854775808,\"a\":1e400}", "{\"x\":\"ü\"}");

    [Fact]
    public async Task Marks_of_byte_order_line_ends_of_Windows_and_blank_lines_are_no_jobs() =>
        (await InputFiles.ReadAsync("a.jsonl", "\uFEFF\r\n{\"x\":1}\r\n\r\n  \t\n{\"x\":2}\r\n\n")).Should().Equal("{\"x\":1}", "{\"x\":2}");

    [Fact]
    public async Task NaN_and_Infinity_of_Python_are_taken_in_lines_and_lists_S13()
    {
        string[] expected = ["{\"lr\":NaN,\"s\":\"NaN\"}", "{\"lr\":-Infinity}"];

        (await InputFiles.ReadAsync("a.jsonl", "{\"lr\": NaN, \"s\": \"NaN\"}\n{\"lr\": -Infinity}\n")).Should().Equal(expected);
        (await InputFiles.ReadAsync("a.json", "[{\"lr\": NaN, \"s\": \"NaN\"}, {\"lr\": -Infinity}]")).Should().Equal(expected);
    }

    [Fact]
    public async Task A_list_may_be_laid_out_in_any_way_and_hold_brackets_in_text() =>
        (await InputFiles.ReadAsync("a.json", "\uFEFF \r\n[\r\n  {\r\n \"a\": [1, {\"b\": \"]}\\\"{\"}]\r\n}\r\n,{}\n]\n\n"))
            .Should().Equal("{\"a\":[1,{\"b\":\"]}\\\"{\"}]}", "{}");

    [Theory]
    [InlineData("a.txt", "[{\"x\":1}]")]
    [InlineData("a", "\n {\"x\":1}\n")]
    [InlineData("a.json", "{\"x\":1}")]
    [InlineData("a.txt", "x\n1\n")]
    [InlineData("A.JSONL", "{\"x\":1}")]
    public async Task Where_the_ending_does_not_tell_the_format_the_first_character_does(string name, string content) =>
        (await InputFiles.ReadAsync(name, content)).Should().Equal("{\"x\":1}");

    [Fact]
    public async Task A_format_that_was_named_goes_before_the_ending() =>
        (await InputFiles.ReadAsync("a.csv", "{\"x\":1}", InputFormat.Jsonl)).Should().Equal("{\"x\":1}");

    [Theory]
    [InlineData("a.jsonl", "{\"x\":1}\n{\"x\":2\n{\"x\":3}\n", "a.jsonl:2:7: ")]
    [InlineData("a.jsonl", "{\"x\":1}\n\n  {\"ü\":2,}\n", "a.jsonl:3:10: ")]
    [InlineData("a.jsonl", "{\"x\":NaN, y}\n", "a.jsonl:1:11: ")]
    [InlineData("a.jsonl", "{\"x\":-Infinity, \"y\": tru}\n", "a.jsonl:1:")]
    [InlineData("a.jsonl", "{\"x\":1} {\"x\":2}\n", "a.jsonl:1:9: ")]
    [InlineData("a.jsonl", "{\"x\":1}\n[1]\n", "a.jsonl:2:1: A job has to be a JSON object")]
    [InlineData("a.jsonl", "{\"x\":1}\n  null\n", "a.jsonl:2:3: A job has to be a JSON object")]
    [InlineData("a.jsonl", "{\"x\":1", "a.jsonl:1:7: ")]
    [InlineData("a.json", "[{\"x\":1},\n {\"x\":2}}]", "a.json:2:9: Behind a job comes ',' or ']'.")]
    [InlineData("a.json", "[{\"x\":1}\n {\"x\":2}]", "a.json:2:2: Behind a job comes ',' or ']'.")]
    [InlineData("a.json", "[{\"x\":1},\n {\"y\":tru}]", "a.json:2:")]
    [InlineData("a.json", "[{\"x\":1},\n 5]", "a.json:2:2: A job has to be a JSON object")]
    [InlineData("a.json", "[{\"x\":1},\n]", "a.json:2:1: A job has to be a JSON object")]
    [InlineData("a.json", "[{\"x\":1}\n", "a.json:2:1: Behind a job comes ',' or ']'. The input ends here.")]
    [InlineData("a.json", "[{\"x\":1}]]\n", "a.json:1:10: There is something behind the end of the list.")]
    [InlineData("a.json", "[]]\n", "a.json:1:3: There is something behind the end of the list.")]
    [InlineData("a.json", "[{\"x: 1},\n{\"y\":2}]", "a.json:")]
    [InlineData("a.json", "\n[{\"x\": {\"y\": 1}\n", "a.json:")]
    [InlineData("a.json", "[", "a.json:1:2: The list of jobs is not closed by ']'.")]
    public async Task What_is_broken_is_named_by_file_line_and_column(string name, string content, string expected) =>
        (await InputFiles.RefusalAsync(name, content)).Should().StartWith(expected).And.EndWith(" Nothing was set up.")
            .And.NotContainAny("LineNumber", "BytePosition", "\n");

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_named()
    {
        byte[] latin = [.. "{\"x\":1}\n{\"n\":\"caf"u8, 0xE9, .. "\"}\n"u8];

        (await InputFiles.RefusalAsync("a.jsonl", latin)).Should().StartWith("a.jsonl:2:10: This is not UTF-8 text");
    }

    [Fact]
    public async Task An_object_nested_too_deep_is_named_S16()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 65)) + "1" + new string('}', 65);

        (await InputFiles.RefusalAsync("a.jsonl", $"{{}}\n{deep}\n")).Should().StartWith("a.jsonl:2:").And.Contain("64");
    }

    [Theory]
    [InlineData("a.jsonl", "")]
    [InlineData("a.jsonl", "\n \r\n")]
    [InlineData("a.json", "[ ]\n")]
    [InlineData("a.json", "")]
    [InlineData("a.csv", "")]
    [InlineData("a.csv", "x,y\n")]
    [InlineData("a", "\uFEFF")]
    public async Task An_input_without_jobs_is_refused(string name, string content) =>
        (await InputFiles.RefusalAsync(name, content)).Should().Be($"{name}: There are no jobs in it. Nothing was set up.");

    [Theory]
    [InlineData("a.jsonl", "", "\n", "")]
    [InlineData("a.json", "[", ",", "]")]
    public async Task An_input_longer_than_any_buffer_is_read_in_pieces(string name, string before, string between, string after)
    {
        var jobs = Enumerable.Range(0, 30_000).Select(i => $"{{\"i\":{i},\"text\":\"{new string('ä', i % 97)}\"}}").ToArray();
        jobs[17] = $"{{\"long\":\"{new string('x', 300_000)}\"}}";

        (await InputFiles.ReadAsync(name, before + string.Join(between, jobs) + after)).Should().Equal(jobs);
    }

    [Fact]
    public async Task A_stream_that_comes_byte_by_byte_is_the_same_input()
    {
        var window = new InputWindow(new Trickle("\uFEFF[{\"x\":\"ü\"}, {\"y\":[]}]"));
        await window.SkipByteOrderMarkAsync(CancellationToken.None);
        var jobs = new List<string>();
        await foreach (var job in new JsonArrayReader(window, "stdin").ReadAsync(CancellationToken.None))
            jobs.Add(job.ToString());

        jobs.Should().Equal("{\"x\":\"ü\"}", "{\"y\":[]}");
    }

    /// <summary>Gives a byte at a time, as a slow pipe may.</summary>
    private sealed class Trickle(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
