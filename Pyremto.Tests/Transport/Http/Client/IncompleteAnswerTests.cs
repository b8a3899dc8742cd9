namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>Answers with the header of a coordinator that are none: parts are missing, or there is no end to them.</summary>
public sealed class IncompleteAnswerTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nPyremto-Protocol: 1\r\nContent-Type: application/json\r\n";

    private static readonly TagAccess Tag = new("t");
    private static readonly JobSetup OneJob = new() { Jobs = [JsonText.Parse("{}")] };

    private static readonly Dictionary<string, Func<IJobScheduler, Task>> Calls = new(StringComparer.Ordinal)
    {
        ["heartbeat"] = static client => client.HeartbeatAsync(new Heartbeat { Worker = "w" }, CancellationToken.None).AsTask(),
        ["cancel"] = static client => client.CancelAsync(Tag, null, CancellationToken.None).AsTask(),
        ["retry"] = static client => client.RetryAsync(Tag, null, null, cancelled: false, CancellationToken.None).AsTask(),
        ["jobs"] = static client => client.GetJobsAsync(Tag, new JobQuery(), CancellationToken.None).AsTask(),
        ["progress"] = static client => client.GetProgressAsync(Tag, CancellationToken.None).AsTask(),
        ["create"] = static client => client.CreateTagAsync(new CreateTag { Tag = "t" }, CancellationToken.None).AsTask(),
        ["set up"] = static client => client.SetUpJobsAsync(Tag, OneJob, CancellationToken.None).AsTask(),
        ["rotate"] = static client => client.RotateViewTokensAsync(Tag, CancellationToken.None).AsTask(),
        ["notes"] = static client => client.GetNotesAsync(Tag, "run", CancellationToken.None).AsTask(),
        ["tags"] = static client => client.ListTagsAsync(CancellationToken.None).ToListAsync().AsTask(),
    };

    public static TheoryData<string, string> Incomplete => new()
    {
        { "heartbeat", "{\"not_needed\":null}" },
        { "heartbeat", "{\"not_needed\":[null]}" },
        { "heartbeat", "{\"not_needed\":[],\"refused_tags\":[null]}" },
        { "cancel", "{\"jobs\":1}" },
        { "cancel", "{\"unchanged\":[]}" },
        { "cancel", "{\"jobs\":1,\"unchanged\":[null]}" },
        { "jobs", "{\"jobs\":[null]}" },
        { "jobs", "{\"jobs\":[{\"job_id\":0}]}" },
        { "jobs", "{\"jobs\":[{\"job_id\":0,\"state\":\"done\",\"attempts\":[null]}]}" },
        { "progress", "{\"tag\":\"t\",\"state\":\"running\",\"workers\":[null]}" },
        { "notes", "[null]" },
        { "notes", "[{}]" },
        { "tags", "[null]" },
        { "tags", "[{\"tag\":\"t\"}]" },
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task What_is_empty_is_no_answer(string call)
    {
        await ShouldNotBeReadAsync(call, "{}");
        await ShouldNotBeReadAsync(call, "null");
        if (call is not ("notes" or "tags"))
            await ShouldNotBeReadAsync(call, "[]");
    }

    [Theory]
    [MemberData(nameof(Incomplete))]
    public async Task What_lacks_a_part_is_no_answer(string call, string body) => await ShouldNotBeReadAsync(call, body);

    [Theory]
    [InlineData("")]
    [InlineData("Content-Length: 200000000\r\n")]
    public async Task An_answer_without_end_is_not_read_into_memory(string length)
    {
        using var server = new RawServer($"{Head}{length}\r\n", more: 200_000_000);
        using var client = HttpClients.Create(server.Url, options => options.ReconnectFor = TimeSpan.FromSeconds(5));

        var error = await FluentActions.Awaiting(() => Calls["progress"](client)).Should().ThrowAsync<CoordinatorUnreachableException>();

        error.Which.Message.Should().Contain("too long");
        server.SentMore.Should().BeLessThan(200_000_000);
        server.Answers.Should().Be(1, "the next one would be as long");
    }

    private static async Task ShouldNotBeReadAsync(string call, string body)
    {
        using var server = new RawServer($"{Head}Content-Length: {body.Length}\r\n\r\n{body}");
        using var client = HttpClients.Create(server.Url, options => options.ReconnectFor = TimeSpan.Zero);

        var calling = () => Calls[call](client);

        await calling.Should().ThrowAsync<CoordinatorUnreachableException>(body).WithMessage("*cannot be read*");
    }
}
