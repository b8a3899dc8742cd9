using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Transport.Http.Client;

/// <summary>A client whose network breaks, over a real Kestrel and a proxy of its own.</summary>
public sealed class BrokenNetworkTests : IAsyncLifetime
{
    private static readonly TagAccess T = new("t");
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private HttpCoordinator _at = null!;
    private CuttingProxy _network = null!;

    public async Task InitializeAsync()
    {
        _at = await HttpCoordinator.StartAsync();
        _network = new CuttingProxy(_at.Url);
    }

    public async Task DisposeAsync()
    {
        await _network.DisposeAsync();
        await _at.DisposeAsync();
    }

    [Fact]
    public async Task S3_S8_a_network_that_is_cut_for_12_seconds_under_16_workers_loses_nothing_and_spends_nothing()
    {
        const int Jobs = 600;
        var time = new FakeTimeProvider();
        using var client = HttpClients.Create(_network.Url, time: time);
        await SetUpAsync(Jobs);
        var halfWay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var taken = 0;
        var working = HttpClients.WorkAsync(client, T, workers: 16, () =>
        {
            if (Interlocked.Increment(ref taken) == Jobs / 2)
                halfWay.SetResult();
        });
        await halfWay.Task.WaitAsync(HttpCoordinator.Patience);

        _network.Cut();
        for (var second = 0; second < 12; second++)
        {
            await time.UntilTimerAsync(due => due <= Second, "before it tries again");
            time.Advance(Second);
        }
        working.IsCompleted.Should().BeFalse();
        _network.Heal();
        while (!working.IsCompleted)
        {
            await Task.WhenAny(working, time.UntilTimerAsync(due => due <= Second, "before it tries again"));
            time.Advance(Second);
        }

        await working;
        await AllDoneOnceAsync(Jobs);
    }

    [Fact]
    public async Task S3_S8_lost_answers_cost_no_attempt()
    {
        const int Jobs = 200;
        using var client = HttpClients.Create(_network.Url);
        await SetUpAsync(Jobs);
        _network.LoseEvery = 7;

        await HttpClients.WorkAsync(client, T, workers: 8).WaitAsync(HttpCoordinator.Patience);

        _network.LoseEvery = 0;
        _network.Answers.Should().BeGreaterThan(Jobs);
        await AllDoneOnceAsync(Jobs);
    }

    [Fact]
    public async Task S8_an_answer_that_was_garbled_on_its_way_is_asked_for_again()
    {
        using var client = HttpClients.Create(_network.Url);
        await SetUpAsync(1);
        _network.GarbleNext = true;

        var answer = await client.ExchangeAsync(new ExchangeRequest { Tags = [T], Worker = "w" }, CancellationToken.None);

        answer.Jobs.Should().ContainSingle().Which.Attempt.Should().Be(1);
        _network.Answers.Should().Be(2);
    }

    [Fact]
    public async Task S1_a_creation_and_a_set_up_whose_answers_are_lost_succeed()
    {
        using var client = HttpClients.Create(_network.Url);
        _network.LoseEvery = 2;

        var tag = new TagAccess((await client.CreateTagAsync(new CreateTag(), CancellationToken.None)).Tag);
        var jobs = await client.SetUpJobsAsync(tag, Make.SetUp(3), CancellationToken.None);

        jobs.Should().Be(3);
        _network.Answers.Should().Be(3, "the second was lost");
    }

    [Fact]
    public async Task What_may_not_be_repeated_fails_and_says_that_its_effect_is_unknown()
    {
        using var client = HttpClients.Create(_network.Url);
        await SetUpAsync(2);
        _network.LoseEvery = 1;

        Func<Task>[] calls =
        [
            async () => await client.CancelAsync(T, [0], CancellationToken.None),
            async () => await client.AddNoteAsync(T, new TagNote("log", JsonText.Parse("1")), replace: false, CancellationToken.None),
            async () => await client.ExchangeAsync(new ExchangeRequest { Tags = [T] }, CancellationToken.None),
        ];
        foreach (var call in calls)
            (await call.Should().ThrowAsync<CoordinatorUnreachableException>()).Which.Message.Should().Contain("unknown whether the call took effect");

        _network.Answers.Should().Be(3, "none was repeated");
        (await _at.Scheduler.GetProgressAsync(T, CancellationToken.None)).Should().BeEquivalentTo(new { Cancelled = 1, InProgress = 1 });
    }

    [Fact]
    public async Task It_fails_in_words_when_no_coordinator_came_within_the_time()
    {
        var time = new FakeTimeProvider();
        using var client = HttpClients.Create(_network.Url, time: time);
        _network.Cut();
        var call = client.GetProgressAsync(T, CancellationToken.None).AsTask();
        while (!call.IsCompleted)
        {
            await Task.WhenAny(call, time.UntilTimerAsync(due => due <= Second, "before it tries again"));
            time.Advance(Second / 4);
        }

        var error = (await FluentActions.Awaiting(() => call).Should().ThrowAsync<CoordinatorUnreachableException>()).Which;
        error.Message.Should().Contain(_network.Url).And.NotContain("unknown", "it only reads");
        time.Elapsed.Should().BeGreaterThanOrEqualTo(TimeSpan.FromSeconds(10)).And.BeLessThan(TimeSpan.FromSeconds(13));
    }

    [Fact]
    public async Task S8_who_gives_up_while_an_answer_is_lost_keeps_no_job()
    {
        using var client = HttpClients.Create(_network.Url);
        await SetUpAsync(1);
        using var gone = new CancellationTokenSource();
        var held = _network.HoldAnswers();
        var call = client.ExchangeAsync(new ExchangeRequest { Tags = [T], Worker = "w" }, gone.Token).AsTask();
        await UntilAsync(progress => progress.InProgress == 1);

        await gone.CancelAsync();
        _network.Cut();
        held.Dispose();
        await FluentActions.Awaiting(() => call.WaitAsync(HttpCoordinator.Patience)).Should().ThrowAsync<OperationCanceledException>();
        _network.Heal();

        await UntilAsync(progress => progress.Waiting == 1);
        var next = await client.ExchangeAsync(new ExchangeRequest { Tags = [T], Worker = "other" }, CancellationToken.None);
        next.Jobs.Should().ContainSingle("N is 1, and nothing is spent");
    }

    [Theory]
    [InlineData(ResultOrder.ByJob)]
    [InlineData(ResultOrder.ByCompletion)]
    public async Task Results_go_on_behind_the_last_that_was_read(ResultOrder order)
    {
        const int Jobs = 1500;
        using var client = HttpClients.Create(_network.Url);
        await SetUpAsync(Jobs);
        await HttpClients.WorkAsync(_at.Scheduler, T, workers: 4);
        _network.CutAfter(100_000);
        var whole = await IdsAsync(_at.Scheduler, new ResultQuery { Order = order });

        (await IdsAsync(client, new ResultQuery { Order = order })).Should().Equal(whole).And.HaveCount(Jobs);
        _network.CutAfter(50_000);
        (await IdsAsync(client, new ResultQuery { Order = order, After = 99, Limit = 1000 })).Should()
            .Equal(whole.Skip(order == ResultOrder.ByJob ? 100 : 99).Take(1000));

        static async Task<List<int>> IdsAsync(IJobScheduler scheduler, ResultQuery query)
        {
            var ids = new List<int>();
            await foreach (var result in scheduler.GetResultsAsync(T, query, CancellationToken.None))
                ids.Add(result.JobId);
            return ids;
        }
    }

    [Fact]
    public async Task S11_watches_go_on_after_a_cut()
    {
        using var client = HttpClients.Create(_network.Url);
        await SetUpAsync(2);
        await _at.Scheduler.ExchangeAsync(new ExchangeRequest { Tags = [T], Worker = "w", Count = 2 }, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        await using var progress = client.WatchProgressAsync(T, stop.Token).GetAsyncEnumerator();
        (await progress.MoveNextAsync()).Should().BeTrue();
        await using var told = client.WatchNotNeededAsync(new NotNeededWatch { Tags = [T], Workers = ["w"] }, stop.Token).GetAsyncEnumerator();
        var next = told.MoveNextAsync().AsTask();
        await client.CancelAsync(T, [0], CancellationToken.None);
        (await next.WaitAsync(HttpCoordinator.Patience)).Should().BeTrue();
        next = told.MoveNextAsync().AsTask();

        _network.Cut();
        _network.Heal();
        await _network.AnsweredAgain.WaitAsync(HttpCoordinator.Patience); // the one that is read is there again; the other looks when it is read
        await _at.Scheduler.CancelAsync(T, [1], CancellationToken.None);

        (await next.WaitAsync(HttpCoordinator.Patience)).Should().BeTrue();
        told.Current.JobId.Should().Be(1);
        while (progress.Current.Cancelled < 2)
            (await progress.MoveNextAsync().AsTask().WaitAsync(HttpCoordinator.Patience)).Should().BeTrue();
        await stop.CancelAsync();
    }

    private async Task SetUpAsync(int jobs)
    {
        await _at.Scheduler.CreateTagAsync(new CreateTag { Tag = T.Tag }, CancellationToken.None);
        await _at.Scheduler.SetUpJobsAsync(T, Make.SetUp(jobs, policy: RedistributionPolicy.WhenLost), CancellationToken.None);
    }

    /// <summary>Each has its result, and one attempt was spent on it; those that were given back before anybody had them cost none (S8).</summary>
    private async Task AllDoneOnceAsync(int jobs)
    {
        (await _at.Scheduler.GetProgressAsync(T, CancellationToken.None)).Should().BeEquivalentTo(new { Done = jobs, Total = jobs, DifferingResults = 0L });
        for (var after = -1; (await _at.Scheduler.GetJobsAsync(T, new JobQuery { After = after }, CancellationToken.None)).Jobs is [.., var last] page; after = last.JobId)
            page.Should().OnlyContain(job => job.Spent == 1);
    }

    private async Task UntilAsync(Func<TagProgress, bool> holds)
    {
        using var limit = new CancellationTokenSource(HttpCoordinator.Patience);
        await foreach (var progress in _at.Scheduler.WatchProgressAsync(T, limit.Token))
        {
            if (holds(progress))
                return;
        }
    }
}
