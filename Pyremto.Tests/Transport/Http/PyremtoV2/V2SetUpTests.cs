using System.Net;
using System.Text;

namespace Pyremto.Tests.Transport.Http.PyremtoV2;

/// <summary>The verb <c>setup-jobs</c> of the protocol page.</summary>
public sealed class V2SetUpTests : IAsyncLifetime
{
    private const string Success = """{"success":1}""";
    private const string AlreadySetUp = """{"success":0,"exists":1,"toobig":0}""";
    private const string TooBig = """{"success":0,"exists":0,"toobig":1}""";

    private V2Server _server = null!;

    public async Task InitializeAsync()
    {
        _server = await V2Server.StartAsync();
        await _server.CreateAsync("svr");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Jobs_are_set_up_once_even_if_they_are_the_same()
    {
        (await SetUpAsync("""["{\"x\": 1}"]""")).Should().Be(Ok(Success));
        (await SetUpAsync("""["{\"x\": 1}"]""")).Should().Be(Ok(AlreadySetUp));
        (await SetUpAsync("""["{\"x\": 1}", "{\"x\": 2}"]""")).Should().Be(Ok(AlreadySetUp));

        (await ProgressAsync()).Total.Should().Be(1);
    }

    [Fact]
    public async Task Of_set_ups_at_the_same_time_one_wins()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SetUpAsync("""["{\"x\": 1}"]""")));

        answers.Count(answer => answer == Ok(Success)).Should().Be(1);
        answers.Count(answer => answer == Ok(AlreadySetUp)).Should().Be(7);
    }

    [Theory]
    [InlineData("x: y", 1)]
    [InlineData("max-redistribution-attempts:", 1)]
    [InlineData("max-redistribution-attempts: 1", 1)]
    [InlineData("max-redistribution-attempts: 7", 7)]
    [InlineData("max-redistribution-attempts: 1000", 1000)]
    [InlineData("max-redistribution-attempts: 1001", 1000)]
    [InlineData("max-redistribution-attempts: 1000000000000000000000", 1000)]
    public async Task Max_redistribution_attempts_is_N_1_where_it_is_absent_and_1000_where_it_is_more(string header, int n)
    {
        (await SetUpAsync("""["{}"]""", header)).Should().Be(Ok(Success));

        (await ProgressAsync()).MaxRedistributionAttempts.Should().Be(n);
    }

    [Theory]
    [InlineData("max-redistribution-attempts: 0")]
    [InlineData("max-redistribution-attempts: -1")]
    [InlineData("max-redistribution-attempts: many")]
    [InlineData("max-redistribution-attempts: 1.5")]
    [InlineData("max-redistribution-attempts: -")]
    [InlineData("max-redistribution-attempts: 1e3")]
    public async Task A_number_of_attempts_that_cannot_be_is_refused(string header)
    {
        var answer = await SetUpAsync("""["{}"]""", header);

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Body.Should().Contain("max").And.Contain("invalid_request");
        (await ProgressAsync()).State.Should().Be(TagStatus.NotSetUp);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[{}]")]
    [InlineData("[1]")]
    [InlineData("[[\"{}\"]]")]
    [InlineData("[\"{}\"")]
    [InlineData("[\"{}\", ]")]
    [InlineData("[\"{}\"] []")]
    [InlineData("[\"{\"]")]
    [InlineData("[\"[]\"]")]
    [InlineData("[\"1\"]")]
    [InlineData("[\"\"]")]
    [InlineData("[\"{}\", \"\\ud800\"]")]
    [InlineData("not json")]
    [InlineData("\u0000\u0001")]
    public async Task A_body_that_is_no_array_of_objects_in_strings_is_refused_and_changes_nothing(string body)
    {
        var answer = await SetUpAsync(body);

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
        answer.Body.Should().Contain("\"code\":\"invalid_job\"");
        (await ProgressAsync()).State.Should().Be(TagStatus.NotSetUp);
        (await SetUpAsync("""["{}"]""")).Should().Be(Ok(Success));
    }

    [Fact]
    public async Task A_body_that_is_no_UTF_8_is_refused()
    {
        using var content = new ByteArrayContent([.. "[\"{\\\"a\\\":\\\""u8, 0xC3, 0x28, .. "\\\"}\"]"u8]);
        var answer = await _server.CallAsync(["backendversion: 2", "setup-jobs: true", "tag: svr"], content, "/");

        answer.Status.Should().Be(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(64, HttpStatusCode.OK)]
    [InlineData(65, HttpStatusCode.BadRequest)]
    [InlineData(100_000, HttpStatusCode.BadRequest)]
    public async Task Descriptions_may_be_nested_64_deep(int depth, HttpStatusCode status)
    {
        var nested = $$"""{\"a\":{{new string('[', depth - 1)}}{{new string(']', depth - 1)}}}""";

        (await SetUpAsync($"[\"{nested}\"]")).Status.Should().Be(status);
    }

    [Fact]
    public async Task Descriptions_of_1_MiB_are_taken_and_one_byte_more_is_too_big()
    {
        // S16 counts what is kept: without white space, and not how it is escaped on the way.
        (await SetUpAsync(BodyOf((1 << 20) + 1))).Should().Be(Ok(TooBig));
        (await ProgressAsync()).State.Should().Be(TagStatus.NotSetUp);
        (await SetUpAsync(BodyOf(1 << 20))).Should().Be(Ok(Success));
        (await ProgressAsync()).Total.Should().Be(2);
    }

    [Fact]
    public async Task Bodies_far_over_the_limit_are_read_to_their_end_so_that_the_client_hears_it()
    {
        (await SetUpAsync(BodyOf(40 << 20))).Should().Be(Ok(TooBig));
        (await SetUpAsync($"[{string.Join(',', Enumerable.Repeat("\"{}\"", 1_000_001))}]")).Should().Be(Ok(TooBig));
        (await SetUpAsync($"[{string.Join(',', Enumerable.Repeat("\"{}\"", 600_000))}]")).Should().Be(Ok(TooBig));
        (await ProgressAsync()).State.Should().Be(TagStatus.NotSetUp);
    }

    [Fact]
    public async Task A_body_that_comes_in_many_small_pieces_is_the_same_body()
    {
        using var content = new StreamContent(new Trickle(Encoding.UTF8.GetBytes(BodyOf(100_000))), bufferSize: 97);

        (await _server.CallAsync(["backendversion: 2", "setup-jobs: true", "tag: svr"], content, "/")).Should().Be(Ok(Success));
        (await ProgressAsync()).Total.Should().Be(2);
    }

    /// <summary>The JSON text of two descriptions that have that many bytes together once they are kept.</summary>
    private static string BodyOf(int bytes) => $$"""["{}",  "{ \"\\u00e4\": \"{{new string('z', bytes - 2 - 13)}}\"}" ]""";

    private static V2Answer Ok(string body) => new(HttpStatusCode.OK, "application/json", body);

    private Task<V2Answer> SetUpAsync(string body, string header = "max-redistribution-attempts: 1") =>
        _server.CallAsync("setup-jobs", ["tag: svr", header], body);

    private async Task<TagProgress> ProgressAsync() => await _server.Scheduler.GetProgressAsync(new TagAccess("svr"), CancellationToken.None);

    /// <summary>Gives few bytes at a time, and sends them one by one.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return await base.ReadAsync(buffer[..Math.Min(buffer.Length, 97)], cancellationToken);
        }
    }
}
