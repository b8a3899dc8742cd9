using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public abstract class ReadingConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    [Fact]
    public async Task A_tag_from_its_first_job_to_its_last_result()
    {
        var tag = await EmptyTagAsync();
        var setup = new JobSetup { Jobs = [JsonText.Parse("""{"alpha":0.1,"big":9223372036854775808}"""), JsonText.Parse("""{"alpha":1e400}""")], Repetitions = 2 };
        (await Scheduler.SetUpJobsAsync(tag, setup, CancellationToken.None)).Should().Be(4);
        var next = await TakeAsync(tag, "w");
        while (next is not null)
        {
            Time.Advance(Second);
            var answer = await Scheduler.ExchangeAsync(
                new ExchangeRequest { Tags = [tag], Worker = "w", Done = [new DoneReport(next.JobId, JsonText.Parse($$"""{"id":{{next.JobId}}}"""), next.Attempt)] },
                CancellationToken.None);
            answer.Outcomes.Should().Equal(new ReportOutcome(next.JobId, ReportVerdict.Accepted));
            next = answer.Jobs.Count > 0 ? answer.Jobs[0] : null;
        }

        var results = await ListAsync(Scheduler.GetResultsAsync(tag, new ResultQuery(), CancellationToken.None));

        results.Select(result => (result.JobId, result.Repetition, result.Description.ToString(), result.Result.ToString())).Should().Equal(
            (0, 0, """{"alpha":0.1,"big":9223372036854775808}""", """{"id":0}"""), (1, 0, """{"alpha":1e400}""", """{"id":1}"""),
            (2, 1, """{"alpha":0.1,"big":9223372036854775808}""", """{"id":2}"""), (3, 1, """{"alpha":1e400}""", """{"id":3}"""));
        results.Should().OnlyContain(result => result.DurationSeconds == 1 && result.Worker == "w" && result.Attempt == 1);
        (await Scheduler.GetProgressAsync(tag, CancellationToken.None)).State.Should().Be(TagStatus.Done);
        (await AskAsync(tag, "w")).State.Should().Be(NextState.Done);
    }

    [Fact]
    public async Task S13_half_of_a_surrogate_pair_crosses_untouched_in_payloads_and_readable_in_texts()
    {
        const string Half = """{"\ud800":"data-\udcff","not":"\\ud800"}""";
        var tag = await EmptyTagAsync();
        await Scheduler.SetUpJobsAsync(tag, new JobSetup { Jobs = [JsonText.Parse(Half), JsonText.Parse(Half)], MaxRedistributionAttempts = 2 }, CancellationToken.None);

        (await TakeAsync(tag, "w\udcff")).Description.ToString().Should().Be(Half);
        (await DoneAsync(tag, "w\udcff", 0, Half)).Outcome.Should().Be(ReportVerdict.Accepted);
        (await TakeAsync(tag, "w\udcff")).JobId.Should().Be(1);
        (await FailAsync(tag, "w\udcff", 1, "no such file: data-\udcff")).Outcome.Should().Be(ReportVerdict.Accepted);

        var result = (await ListAsync(Scheduler.GetResultsAsync(tag, new ResultQuery(), CancellationToken.None))).Should().ContainSingle().Subject;
        result.Result.ToString().Should().Be(Half);
        result.Description.ToString().Should().Be(Half);
        var jobs = (await Scheduler.GetJobsAsync(tag, new JobQuery(), CancellationToken.None)).Jobs;
        jobs[1].Attempts.Should().ContainSingle().Which.Error.Should().StartWith("no such file: data-");
    }

    [Fact]
    public async Task Results_of_more_than_a_page_are_read_in_full()
    {
        const int Jobs = 2500;
        var tag = await TagAsync(Jobs);
        for (var taken = 0; taken < Jobs; taken += 500)
        {
            var jobs = (await AskAsync(tag, "w", count: 500)).Jobs;
            await ReportAsync(new ExchangeRequest
            {
                Tags = [tag], Worker = "w", Done = [.. jobs.Reverse().Select(job => new DoneReport(job.JobId, JsonText.Parse("{}")))],
            });
        }

        (await IdsAsync(new ResultQuery())).Should().Equal(Enumerable.Range(0, Jobs));
        (await IdsAsync(new ResultQuery { After = 2400 })).Should().Equal(Enumerable.Range(2401, 99));
        (await IdsAsync(new ResultQuery { Limit = 1500 })).Should().Equal(Enumerable.Range(0, 1500));
        var completed = await IdsAsync(new ResultQuery { Order = ResultOrder.ByCompletion });
        completed.Take(3).Should().Equal(499, 498, 497);
        completed.Should().HaveCount(Jobs).And.OnlyHaveUniqueItems();
        (await IdsAsync(new ResultQuery { Order = ResultOrder.ByCompletion, After = 2000, Limit = 2 })).Should().Equal(2499, 2498);

        async Task<List<int>> IdsAsync(ResultQuery query) =>
            (await ListAsync(Scheduler.GetResultsAsync(tag, query, CancellationToken.None))).ConvertAll(result => result.JobId);
    }

    [Fact]
    public async Task Progress_is_watched_at_once_and_as_it_changes_until_the_tag_is_deleted()
    {
        var tag = await TagAsync(jobs: 2);
        await using var watch = Scheduler.WatchProgressAsync(tag, CancellationToken.None).GetAsyncEnumerator();
        (await NextAsync()).Should().BeTrue();
        watch.Current.Waiting.Should().Be(2);

        await TakeAsync(tag, "w");
        await UntilAsync(progress => progress.InProgress == 1);
        await DoneAsync(tag, "w", 0);
        await UntilAsync(progress => progress.Done == 1);
        await Scheduler.DeleteTagAsync(tag, CancellationToken.None);

        while (await NextAsync())
            watch.Current.Tag.Should().Be("tag");

        // A change is told behind its answer, so it may be shown once more although the step before counted it already.
        async Task UntilAsync(Func<TagProgress, bool> shown)
        {
            do
                (await NextAsync()).Should().BeTrue();
            while (!shown(watch.Current));
        }

        async Task<bool> NextAsync()
        {
            var next = watch.MoveNextAsync().AsTask();
            while (!next.IsCompleted)
            {
                await Task.WhenAny(next, Time.UntilTimerAsync(due => due <= Second, "within a second"));
                if (!next.IsCompleted)
                    Time.Advance(Second);
            }
            return await next;
        }
    }

    [Fact]
    public async Task A_watch_shows_that_the_last_worker_has_gone_although_another_began_to_watch_and_saw_it_first()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w");
        await ReleaseAsync(tag, "w", 0);
        Time.Advance(5 * Second);
        await using var watch = Scheduler.WatchProgressAsync(tag, CancellationToken.None).GetAsyncEnumerator();
        (await watch.MoveNextAsync()).Should().BeTrue();
        var next = watch.MoveNextAsync().AsTask();
        TagProgress second;
        do
        {
            Time.Advance(7 * Second);
            await Time.UntilTimerAsync(due => due <= 15 * Second, "within fifteen seconds");
            await using var other = Scheduler.WatchProgressAsync(tag, CancellationToken.None).GetAsyncEnumerator();
            (await other.MoveNextAsync()).Should().BeTrue();
            second = other.Current;
        }
        while (second.NoWorkerSince is null);

        await ShownAsync();
        while (watch.Current.NoWorkerSince is null)
        {
            next = watch.MoveNextAsync().AsTask();
            await ShownAsync();
        }
        watch.Current.NoWorkerSince.Should().Be(second.NoWorkerSince);

        async Task ShownAsync()
        {
            await Time.AdvanceUntilAsync(next, 15 * Second).WaitAsync(Patience);
            (await next).Should().BeTrue();
        }
    }

    [Fact]
    public async Task A_watch_shows_that_the_last_worker_has_gone_although_nothing_else_changes()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "w");
        var sign = Time.GetUtcNow();
        await ReleaseAsync(tag, "w", 0);
        await using var watch = Scheduler.WatchProgressAsync(tag, CancellationToken.None).GetAsyncEnumerator();
        (await watch.MoveNextAsync()).Should().BeTrue();
        (watch.Current.LiveWorkers, watch.Current.NoWorkerSince is null).Should().Be((1, true));

        while (watch.Current.NoWorkerSince is null)
        {
            var next = watch.MoveNextAsync().AsTask();
            while (!next.IsCompleted)
            {
                await Task.WhenAny(next, Time.UntilTimerAsync(due => due <= 15 * Second, "within fifteen seconds"));
                if (!next.IsCompleted)
                    Time.Advance(15 * Second);
            }
            (await next).Should().BeTrue();
        }

        watch.Current.NoWorkerSince.Should().Be(sign);
        watch.Current.LiveWorkers.Should().Be(0);
    }

    [Fact]
    public async Task Progress_tells_rate_and_remaining_time()
    {
        var tag = await TagAsync(jobs: 20);
        (await Scheduler.GetProgressAsync(tag, CancellationToken.None)).EtaSeconds.Should().BeNull();
        for (var i = 0; i < 10; i++)
        {
            await TakeAsync(tag, "w");
            Time.Advance(2 * Second);
            await DoneAsync(tag, "w", i);
        }

        var progress = await Scheduler.GetProgressAsync(tag, CancellationToken.None);

        progress.PerSecond.Should().BeApproximately(0.5, 0.001);
        progress.EtaSeconds.Should().BeApproximately(20, 0.1);
        progress.Workers.Should().ContainSingle().Which.Should().Match<WorkerProgress>(worker => worker.Worker == "w" && worker.Done == 10);
    }

    [Fact]
    public async Task Jobs_are_read_with_what_became_of_them()
    {
        var tag = await TagAsync(jobs: 3);
        await TakeAsync(tag, "w");
        await FailAsync(tag, "w", 0, "out of memory");

        var page = await Scheduler.GetJobsAsync(tag, new JobQuery { State = JobState.Exhausted }, CancellationToken.None);

        page.Jobs.Should().ContainSingle().Which.Attempts.Should().ContainSingle().Which.Error.Should().Be("out of memory");
        page.Next.Should().BeNull();
    }

    [Theory]
    [InlineData(int.MaxValue, 0)]
    [InlineData(int.MinValue, 2)]
    public async Task A_page_may_begin_behind_any_number(int after, int found)
    {
        var tag = await TagAsync(jobs: 2);
        for (var job = 0; job < 2; job++)
        {
            await TakeAsync(tag, "w");
            await DoneAsync(tag, "w", job);
        }

        (await Scheduler.GetJobsAsync(tag, new JobQuery { After = after }, CancellationToken.None)).Jobs.Should().HaveCount(found);
        foreach (var order in Enum.GetValues<ResultOrder>())
            (await ListAsync(Scheduler.GetResultsAsync(tag, new ResultQuery { After = after, Order = order }, CancellationToken.None))).Should().HaveCount(found);
    }


    [Fact]
    public async Task Tags_are_listed_by_name()
    {
        await TagAsync(jobs: 2, name: "b", password: "secret");
        await EmptyTagAsync("a");

        var tags = await ListAsync(Scheduler.ListTagsAsync(CancellationToken.None));

        tags.Select(tag => (tag.Tag, tag.Protected, tag.State, tag.Counts.Total)).Should().Equal(
            ("a", false, TagStatus.NotSetUp, 0), ("b", true, TagStatus.Running, 2));
    }

    [Fact]
    public async Task Notes_are_kept_with_their_tag()
    {
        var tag = await EmptyTagAsync();
        await Scheduler.AddNoteAsync(tag, new TagNote("log", JsonText.Parse("1")), replace: false, CancellationToken.None);
        await Scheduler.AddNoteAsync(tag, new TagNote("log", JsonText.Parse("2")), replace: false, CancellationToken.None);

        var notes = await Scheduler.GetNotesAsync(tag, "log", CancellationToken.None);

        notes.Select(note => note.Body.ToString()).Should().Equal("1", "2");
    }
}
