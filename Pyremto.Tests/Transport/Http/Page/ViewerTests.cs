using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Page;

/// <summary>Many who watch one tag, over a real Kestrel and real connections.</summary>
public sealed class ViewerTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly CountingStore _store = new(JournaledJobStore.InMemory(TimeProvider.System));
    private HttpCoordinator _at = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        _at = await HttpCoordinator.StartAsync(build: builder => builder.Services.AddPyremto().UseStore("counted", _ => _store));
        _token = (await _at.Scheduler.CreateTagAsync(new CreateTag { Tag = "svr", Password = "secret" }, CancellationToken.None)).ViewToken;
    }

    public async Task DisposeAsync() => await _at.DisposeAsync();

    [Fact]
    public async Task S15_rotation_ends_the_streams_that_old_tokens_opened_and_no_others()
    {
        using var viewer = await Viewer.OpenAsync(_at, HttpCoordinator.Token(_token));
        using var other = await Viewer.OpenAsync(_at, HttpCoordinator.Token(_token));
        using var owner = await Viewer.OpenAsync(_at, HttpCoordinator.Password("secret"));
        await Task.WhenAll(viewer.NextAsync(), other.NextAsync(), owner.NextAsync());

        var next = await _at.Scheduler.RotateViewTokensAsync(new TagAccess("svr", "secret"), CancellationToken.None);

        (await viewer.EndsAsync().WaitAsync(Deadline)).Should().Be(0, "it is told nothing more");
        (await other.EndsAsync().WaitAsync(Deadline)).Should().Be(0);
        using var newcomer = await Viewer.OpenAsync(_at, HttpCoordinator.Token(next));
        await newcomer.NextAsync();
        await SetUpAsync(1);
        ((int)(await owner.NextAsync())["total"]!).Should().Be(1);
        ((int)(await newcomer.NextAsync())["total"]!).Should().Be(1);
        await FluentActions.Awaiting(() => Viewer.OpenAsync(_at, HttpCoordinator.Token(_token))).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task S15_rotation_ends_them_through_a_relay_too()
    {
        await using var relay = await HttpCoordinator.StartAsync(build: builder => builder.Services.AddPyremto().UseHttp(_at.Url));
        using var viewer = await Viewer.OpenAsync(relay, HttpCoordinator.Token(_token));
        await viewer.NextAsync();
        await _at.Scheduler.RotateViewTokensAsync(new TagAccess("svr", "secret"), CancellationToken.None);
        await viewer.EndsAsync().WaitAsync(Deadline);
    }

    [Fact]
    public async Task All_see_the_end_and_the_store_is_asked_once_a_step_whatever_their_number()
    {
        const int Viewers = 100;
        await SetUpAsync(400);
        var viewers = await Task.WhenAll(Enumerable.Range(0, Viewers).Select(_ => Viewer.OpenAsync(_at, HttpCoordinator.Token(_token))));
        var seen = viewers.Select(viewer => viewer.UntilDoneAsync(400)).ToArray();
        var before = _store.Looks;

        for (var i = 0; i < 400; i++)
            await FinishAsync(i);
        var events = await Task.WhenAll(seen).WaitAsync(Deadline);

        _store.Looks.Should().BeLessThan(before + Viewers, "it is not asked by each of them");
        events.Should().AllSatisfy(count => count.Should().BePositive());
        foreach (var viewer in viewers)
            viewer.Dispose();
    }

    [Fact]
    public async Task A_viewer_that_does_not_read_holds_up_nobody_and_sees_the_end_when_it_reads()
    {
        await SetUpAsync(30);
        using var slow = await Viewer.OpenAsync(_at, HttpCoordinator.Token(_token));
        using var quick = await Viewer.OpenAsync(_at, HttpCoordinator.Token(_token));
        var end = quick.UntilDoneAsync(30);
        for (var i = 0; i < 30; i++)
            await FinishAsync(i);
        await end.WaitAsync(Deadline);

        await slow.UntilDoneAsync(30).WaitAsync(Deadline);
    }

    [Fact]
    public async Task Who_comes_later_begins_with_what_is_and_not_with_what_was()
    {
        using var first = await Viewer.OpenAsync(_at, HttpCoordinator.Token(_token));
        await first.NextAsync();
        await SetUpAsync(5);
        using var second = await Viewer.OpenAsync(_at, HttpCoordinator.Token(_token));
        ((int)(await second.NextAsync())["total"]!).Should().Be(5);
    }

    [Fact]
    public async Task A_tag_that_was_made_anew_is_another_for_who_comes_then()
    {
        using var old = await Viewer.OpenAsync(_at, HttpCoordinator.Password("secret"));
        await old.NextAsync();
        await _at.Scheduler.DeleteTagAsync(new TagAccess("svr", "secret"), CancellationToken.None);
        await _at.Scheduler.CreateTagAsync(new CreateTag { Tag = "svr", Password = "secret" }, CancellationToken.None);
        await SetUpAsync(3);
        await old.EndsAsync().WaitAsync(Deadline);
        using var anew = await Viewer.OpenAsync(_at, HttpCoordinator.Password("secret"));

        ((int)(await anew.NextAsync())["total"]!).Should().Be(3);
        await FinishAsync(0);
        ((int)(await anew.NextAsync())["done"]!).Should().BeInRange(0, 1);
    }

    private async Task SetUpAsync(int jobs) =>
        await _at.Scheduler.SetUpJobsAsync(new TagAccess("svr", "secret"), Make.SetUp(jobs), CancellationToken.None);

    private async Task FinishAsync(int job)
    {
        IReadOnlyList<TagAccess> tags = [new("svr", "secret")];
        await _at.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = tags, Worker = "w" }, CancellationToken.None);
        var done = new ExchangeRequest { Tags = tags, Worker = "w", Count = 0, Done = [new DoneReport(job, JsonText.Parse("{}"))] };
        (await _at.Scheduler.ExchangeAsync(done, CancellationToken.None)).Outcomes.Should().ContainSingle();
    }

    /// <summary>A stream of events, on a connection of its own.</summary>
    private sealed class Viewer(HttpClient client, StreamReader lines) : IDisposable
    {
        public static async Task<Viewer> OpenAsync(HttpCoordinator at, System.Net.Http.Headers.AuthenticationHeaderValue by)
        {
            var client = new HttpClient { BaseAddress = new Uri(at.Url), Timeout = Deadline };
            client.DefaultRequestHeaders.Authorization = by;
            return new Viewer(client, new StreamReader(await client.GetStreamAsync("/api/tags/svr/events")));
        }

        public async Task<JsonNode> NextAsync() =>
            await NextOrEndAsync().WaitAsync(Deadline) ?? throw new EndOfStreamException();

        /// <summary>Reads to the end, however it ends; answers how many events came.</summary>
        public async Task<int> EndsAsync()
        {
            var events = 0;
            try
            {
                while (await NextOrEndAsync() is not null)
                    events++;
            }
            catch (Exception error) when (error is IOException or HttpRequestException)
            {
                // It was cut.
            }
            return events;
        }

        /// <summary>Reads until so many jobs are done, without ever going back; answers how many events that took.</summary>
        public async Task<int> UntilDoneAsync(int jobs)
        {
            var (events, done) = (0, 0);
            while (done < jobs)
            {
                var now = (int)(await NextAsync())["done"]!;
                now.Should().BeGreaterThanOrEqualTo(done);
                (events, done) = (events + 1, now);
            }
            return events;
        }

        public void Dispose()
        {
            lines.Dispose();
            client.Dispose();
        }

        private async Task<JsonNode?> NextOrEndAsync()
        {
            while (await lines.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal))
                    return JsonNode.Parse(line["data: ".Length..]);
            }
            return null;
        }
    }
}
