using Pyremto.Tests.Support;

namespace Pyremto.Tests.Conformance.Schedulers;

public abstract class CancellationConformance(SchedulerUnderTest kind) : SchedulerConformance(kind)
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(37);

    public static TheoryData<string> AllVerbs => Verbs.All;

    [Fact]
    public async Task S8_who_gives_up_waiting_gets_no_job_later()
    {
        var tag = await EmptyTagAsync();
        using var gone = new CancellationTokenSource();
        var waiting = AskAsync(tag, "w", Wait, cancellationToken: gone.Token);
        await Time.UntilTimerAsync(Wait);

        await gone.CancelAsync();
        await FluentActions.Awaiting(() => waiting.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
        await Scheduler.SetUpJobsAsync(tag, Make.SetUp(1), CancellationToken.None);

        (await CountsAsync(tag)).Should().Be(new JobCounts(Waiting: 1, 0, 0, 0, 0));
    }

    [Fact]
    public async Task S8_work_given_to_one_who_is_gone_goes_to_the_next_who_waits()
    {
        var tag = await TagAsync();
        await TakeAsync(tag, "holder");
        for (var round = 0; round < 25; round++)
        {
            using var gone = new CancellationTokenSource();
            var leaving = AskAsync(tag, "leaving", Wait, cancellationToken: gone.Token);
            await Time.UntilTimerAsync(Wait);
            var staying = AskAsync(tag, "staying", Wait);
            var releasing = Task.Run(() => ReleaseAsync(tag, "holder", 0));

            await gone.CancelAsync();
            await releasing.WaitAsync(Patience);

            var holder = "leaving";
            try
            {
                await leaving.WaitAsync(Patience);
            }
            catch (OperationCanceledException)
            {
                (await staying.WaitAsync(Patience)).HasJob.Should().BeTrue();
                holder = "staying";
            }
            await ReleaseAsync(tag, holder, 0);
            if (holder == "leaving")
                await staying.WaitAsync(Patience);
            await ReleaseAsync(tag, "staying", 0);
            (await CountsAsync(tag)).Should().Be(new JobCounts(Waiting: 1, 0, 0, 0, 0));
            await TakeAsync(tag, "holder");
        }
    }

    [Fact]
    public async Task S8_reports_that_were_taken_stay_taken_when_the_caller_gives_up_waiting()
    {
        var tag = await TagAsync(jobs: 2);
        await TakeAsync(tag, "w");
        await TakeAsync(tag, "other");
        using var gone = new CancellationTokenSource();
        var waiting = Scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [tag], Worker = "w", Wait = Wait, Done = [new DoneReport(0, JsonText.Parse("{}"))] }, gone.Token).AsTask();
        await Time.UntilTimerAsync(Wait);

        await gone.CancelAsync();

        await FluentActions.Awaiting(() => waiting.WaitAsync(Patience)).Should().ThrowAsync<OperationCanceledException>();
        (await CountsAsync(tag)).Should().Be(new JobCounts(0, InProgress: 1, Done: 1, 0, 0));
    }

    [Fact]
    public async Task S8_a_failure_or_release_that_is_repeated_since_its_answer_was_lost_is_accepted_and_counts_once()
    {
        var tag = await TagAsync(jobs: 3, n: 2);
        await AskAsync(tag, "w", requestId: "r1", count: 2);
        var exchange = new ExchangeRequest
        {
            Tags = [tag], Worker = "w", RequestId = "r2", Failed = [new FailedReport(0, "it broke")], Released = [new ReleasedReport(1)],
        };
        var first = await Scheduler.ExchangeAsync(exchange, CancellationToken.None);

        var again = await Scheduler.ExchangeAsync(exchange, CancellationToken.None);
        var alone = await ReportAsync(exchange with { RequestId = null, Failed = [new FailedReport(0, "it broke", Attempt: 1)] });

        first.Outcomes.Should().Equal(new ReportOutcome(0, ReportVerdict.Accepted), new ReportOutcome(1, ReportVerdict.Accepted));
        again.Outcomes.Should().Equal(first.Outcomes);
        again.Jobs.Should().Equal(first.Jobs);
        alone.Should().Equal(first.Outcomes);
        var jobs = (await Scheduler.GetJobsAsync(tag, new JobQuery(), CancellationToken.None)).Jobs;
        jobs.Select(job => job.Spent).Should().Equal(1, 0, 1);
        jobs[0].Attempts.Should().ContainSingle().Which.Error.Should().Be("it broke");
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task A_call_that_was_cancelled_before_it_began_changes_nothing(string verb)
    {
        var tag = await TagAsync(jobs: 2);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        try
        {
            await Verbs.Find(verb)(Scheduler, tag, cancelled.Token);
            verb.Should().BeOneOf(["issue", "report"], "the one looks at nothing, and what is reported counts");
        }
        catch (OperationCanceledException)
        {
            // As it should.
        }

        (await Scheduler.TagExistsAsync("tag", CancellationToken.None)).Should().BeTrue();
        (await CountsAsync(tag)).Should().Be(new JobCounts(Waiting: 2, 0, 0, 0, 0));
        (await Scheduler.GetProgressAsync(tag, CancellationToken.None)).Should().Match<TagProgress>(
            progress => progress.State == TagStatus.Running && progress.MaxRedistributionAttempts == 1);
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task A_call_that_is_cancelled_in_its_middle_happens_or_not_and_all_goes_on(string verb)
    {
        for (var round = 0; round < 20; round++)
        {
            var tag = await TagAsync(jobs: 3, name: $"tag{round}");
            using var cancellation = new CancellationTokenSource();
            var call = Task.Run(() => Verbs.Find(verb)(Scheduler, tag, cancellation.Token));
            await cancellation.CancelAsync();
            try
            {
                await call.WaitAsync(Patience);
            }
            catch (Exception error) when (error is OperationCanceledException or JobsAlreadySetUpException)
            {
                // Cancelled in time; or a second set-up.
            }
            if (!await Scheduler.TagExistsAsync(tag.Tag, CancellationToken.None))
                continue; // deleted in time
            (await CountsAsync(tag)).Total.Should().Be(3);
            await Scheduler.ResumeAsync(tag, CancellationToken.None);
            var left = await AskAsync(tag, "other", count: 3);
            (left.Jobs.Count + (await CountsAsync(tag)).Cancelled).Should().BeOneOf(2, 3);
        }
    }

    [Fact]
    public async Task S8_every_hand_out_is_known_to_a_caller_however_often_they_give_up()
    {
        const int Jobs = 200;
        var tag = await TagAsync(Jobs);
        var known = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => WorkAsync($"w{i}", new Random(i)))));

        (await CountsAsync(tag)).Should().Be(new JobCounts(Waiting: Jobs - known, InProgress: known, 0, 0, 0));

        async Task WorkAsync(string worker, Random random)
        {
            for (var round = 0; round < 20; round++)
            {
                using var gone = new CancellationTokenSource();
                var call = Task.Run(() => AskAsync(tag, worker, cancellationToken: gone.Token));
                if (random.Next(2) == 0)
                    await gone.CancelAsync();
                try
                {
                    Interlocked.Add(ref known, (await call.WaitAsync(Patience)).Jobs.Count);
                }
                catch (OperationCanceledException)
                {
                    // It was given nothing, or has given it back.
                }
            }
        }
    }
}
