using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Transport.Http.Server;

/// <summary>Long polls (S7), answers that nobody gets (S8), and streams.</summary>
public sealed class WaitingTests : IAsyncLifetime
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(40);
    private readonly FakeTimeProvider _time = new();
    private HttpCoordinator _at = null!;

    public async Task InitializeAsync()
    {
        _at = await HttpCoordinator.StartAsync(build: builder => builder.Services.AddSingleton<TimeProvider>(_time));
        await _at.Scheduler.CreateTagAsync(new CreateTag { Tag = "svr" }, CancellationToken.None);
    }

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task A_long_poll_is_answered_the_moment_that_there_is_work()
    {
        var next = _at.PostAsync("/api/tags/svr/next", """{"wait_seconds":40}""");
        await _time.UntilTimerAsync(Wait);
        await _at.Scheduler.SetUpJobsAsync(new TagAccess("svr"), Make.SetUp(1), CancellationToken.None);
        ((int)(await next).Json["has_job"]!).Should().Be(1);
    }

    [Fact]
    public async Task A_long_poll_ends_when_its_time_is_up()
    {
        var next = _at.PostAsync("/api/tags/svr/next", """{"wait_seconds":40}""");
        await _time.UntilTimerAsync(Wait);
        _time.Advance(Wait);
        ((string)(await next).Json["state"]!).Should().Be("not_set_up");
    }

    [Fact]
    public async Task A_host_that_stops_answers_who_waits_and_ends_the_streams()
    {
        var waiting = Enumerable.Range(30, 5).Select(seconds => _at.PostAsync("/api/tags/svr/next", $$"""{"wait_seconds":{{seconds}}}""")).ToArray();
        foreach (var seconds in Enumerable.Range(30, 5))
            await _time.UntilTimerAsync(TimeSpan.FromSeconds(seconds)); // each of them has come to where it waits
        using var events = await OpenAsync("/api/tags/svr/events");
        await NextEventAsync(events);

        await _at.StopAsync();

        foreach (var answer in await Task.WhenAll(waiting).WaitAsync(HttpCoordinator.Patience))
        {
            answer.ShouldBe(HttpStatusCode.ServiceUnavailable, ErrorCodes.StoreUnavailable);
            answer.Headers.RetryAfter!.Delta.Should().BePositive();
        }
        (await events.ReadToEndAsync().WaitAsync(HttpCoordinator.Patience)).Should().NotContain("error");
    }

    [Fact]
    public async Task Who_hangs_up_while_waiting_takes_no_job()
    {
        using var cancel = new CancellationTokenSource();
        using var content = new StringContent("""{"wait_seconds":40,"worker":"gone"}""", System.Text.Encoding.UTF8, "application/json");
        var gone = _at.Client.PostAsync("/api/tags/svr/next", content, cancel.Token);
        await _time.UntilTimerAsync(Wait);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => gone).Should().ThrowAsync<OperationCanceledException>();
        // The coordinator notices by itself; the timer of the wait is gone then.
        await _time.UntilNoTimerAsync(Wait);
        await _at.Scheduler.SetUpJobsAsync(new TagAccess("svr"), Make.SetUp(1), CancellationToken.None);
        var next = await _at.PostAsync("/api/tags/svr/next", """{"worker":"w"}""");
        ((int)next.Json["attempt"]!).Should().Be(1, "S8");
    }

    [Fact]
    public async Task Progress_is_told_at_once_as_it_changes_and_until_the_tag_is_deleted()
    {
        using var events = await OpenAsync("/api/tags/svr/events");
        (await NextEventAsync(events)).Should().Contain("\"not_set_up\"");
        await _at.Scheduler.SetUpJobsAsync(new TagAccess("svr"), Make.SetUp(1), CancellationToken.None);
        var next = NextEventAsync(events);
        await AdvanceUntilAsync(next);
        (await next).Should().Contain("\"running\"");
        await _at.Scheduler.DeleteTagAsync(new TagAccess("svr"), CancellationToken.None);
        var end = events.ReadToEndAsync();
        await AdvanceUntilAsync(end);
        (await end).Should().NotContain("event:");
    }

    [Fact]
    public async Task A_stream_without_news_shows_that_it_is_alive_every_15_seconds()
    {
        using var events = await OpenAsync("/api/tags/svr/events");
        await NextEventAsync(events);
        for (var i = 0; i < 3; i++)
        {
            await _time.UntilTimerAsync(TimeSpan.FromSeconds(15));
            _time.Advance(TimeSpan.FromSeconds(15));
            (await NextLineAsync(events)).Should().Be(":");
        }
    }

    [Fact]
    public async Task Work_that_is_no_longer_needed_is_told_as_it_happens()
    {
        await _at.Scheduler.SetUpJobsAsync(new TagAccess("svr"), Make.SetUp(2), CancellationToken.None);
        await _at.PostAsync("/api/tags/svr/next", """{"worker":"w"}""");
        using var lines = await OpenAsync("/api/not-needed", """{"tags":[{"tag":"svr"}],"workers":["w","v"]}""");
        await _at.PostAsync("/api/tags/svr/cancel");
        (await NextLineAsync(lines)).Should().MatchRegex(
            """^\{"tag":"svr","instance":"[0-9a-f-]{36}","job_id":0,"attempt":1,"worker":"w"\}$""");
    }

    private async Task<StreamReader> OpenAsync(string path, string? body = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var response = await _at.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        response.Content.Headers.ContentType!.MediaType.Should().Be(body is null ? "text/event-stream" : "application/jsonl");
        return new StreamReader(await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next line that is not empty.</summary>
    private static async Task<string?> NextLineAsync(StreamReader lines)
    {
        string? line;
        do
            line = await lines.ReadLineAsync().WaitAsync(HttpCoordinator.Patience);
        while (line is { Length: 0 });
        return line;
    }

    private static async Task<string> NextEventAsync(StreamReader events)
    {
        while (await events.ReadLineAsync().WaitAsync(HttpCoordinator.Patience) is { } line)
        {
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                return line;
        }
        throw new EndOfStreamException();
    }

    /// <summary>Lets the pause between two events pass, whenever it begins.</summary>
    private async Task AdvanceUntilAsync(Task done)
    {
        while (!done.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(done, Task.Delay(10));
        }
    }
}
