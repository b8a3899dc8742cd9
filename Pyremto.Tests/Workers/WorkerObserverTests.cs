using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Workers;

public sealed class WorkerObserverTests
{
    private readonly ObserverNotes _notes = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Every_job_is_told_at_its_start_and_at_its_end_and_the_workers_end_last()
    {
        await using var host = new WorkerHost(
            b => b.AddWorker<JsonText, JsonText>(
                (job, context, _) => context.JobId == 2 ? throw new IOException("no GPU") : Task.FromResult(job),
                w =>
                {
                    (w.Tag, w.MaxJobs) = ("t", 2);
                    w.AddObserver(_notes);
                },
                "w"),
            time: _time);
        host.Scheduler.Add(1, attempt: 3);
        host.Scheduler.Add(2);

        await host.StartAsync();
        (await _notes.End).Should().Be(new WorkerEnd("w", WorkerEndReason.JobLimit, null));

        _notes.Lines.Should().Equal(
            "started w[0] t/1#3", "Done w[0] t/1#3 0 s",
            "started w[0] t/2#1", "Failed w[0] t/2#1 0 s, IOException: no GPU",
            "w: ended, JobLimit");
    }

    [Fact]
    public async Task A_run_is_told_with_the_id_that_the_coordinator_knows_and_the_job_as_it_was_handed_out()
    {
        var runs = new List<JobRun>();
        await using var host = new WorkerHost(b => b.AddWorker<Doubling>(w =>
        {
            (w.Tag, w.MaxJobs) = ("t", 1);
            w.AddObserver(new Starts(runs.Add));
            w.AddObserver(_notes);
        }));
        host.Scheduler.Add(1, """{"alpha":1}""");

        await host.StartAsync();
        await _notes.End;

        runs.Should().ContainSingle().Which.WorkerId.Should().Be(host.Scheduler.Requests[0].Worker);
        runs[0].HandOut.Description.ToString().Should().Be("""{"alpha":1}""");
    }

    [Fact]
    public async Task What_an_observer_throws_is_logged_and_hinders_neither_the_job_nor_the_other_observers()
    {
        await using var host = new WorkerHost(b => b.AddWorker<Doubling>(
            w =>
            {
                (w.Tag, w.MaxJobs) = ("t", 1);
                w.AddObserver(new ThrowingObserver());
                w.AddObserver(_notes);
            },
            "w"));
        host.Scheduler.Add(1, """{"alpha":1}""");

        await host.StartAsync();
        await _notes.End;

        host.Scheduler.Done.Should().ContainSingle();
        host.Scheduler.Failed.Should().BeEmpty();
        _notes.Lines.Should().HaveCount(3);
        host.Log.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).Should()
            .HaveCount(3).And.AllBe("Error: An observer of worker w threw");
    }

    [Fact]
    public async Task What_the_end_callback_throws_is_logged_and_the_observers_hear_of_the_end()
    {
        await using var host = new WorkerHost(b => b.AddWorker<Doubling>(w =>
        {
            (w.Tag, w.Ended) = ("t", _ => throw new InvalidOperationException("of the test"));
            w.AskNoMoreWhen(new CancellationToken(canceled: true));
            w.AddObserver(_notes);
        }));

        await host.StartAsync();
        await _notes.End;
        await host.StopAsync();

        host.Log.Should().ContainSingle(line => line == "Error: An observer of worker Doubling threw");
    }

    [Fact]
    public async Task Each_worker_tells_its_own_observers_and_one_that_both_have_can_tell_them_apart()
    {
        var (other, both) = (new ObserverNotes(), new ObserverNotes());
        await using var host = new WorkerHost(
            b => b.AddWorker<Doubling>(Observed(_notes, both), "one").AddWorker<Doubling>(Observed(other, both), "two"),
            time: _time);
        host.Scheduler.Add(1, """{"alpha":1}""");
        host.Scheduler.Add(2, """{"alpha":1}""");

        await host.StartAsync();
        await Task.WhenAll(_notes.End, other.End);
        await both.UntilAsync("one: ended");
        await both.UntilAsync("two: ended");

        _notes.Lines.Should().HaveCount(3).And.OnlyContain(line => line.Contains("one", StringComparison.Ordinal));
        other.Lines.Should().HaveCount(3).And.OnlyContain(line => line.Contains("two", StringComparison.Ordinal));
        both.Lines.Should().BeEquivalentTo([.. _notes.Lines, .. other.Lines]);
    }

    [Fact]
    public async Task S11_a_job_that_is_no_longer_needed_is_told_as_such_also_where_its_handler_does_not_react()
    {
        var stage = new Stage();
        await using var host = await new WorkerHost(b => b.AddWorker<JsonText, JsonText>(stage.DeafAsync, Observed(_notes), "w"), time: _time)
            .StartAsync();
        host.Scheduler.Add(1, lease: 86_400);
        await stage.Started;

        host.Scheduler.NoLongerNeeded(new JobNotNeeded("t", SlotDriver.Instance, 1, 1, host.Scheduler.Requests[0].Worker!));
        await stage.Cancelled;
        await _time.UntilTimerAsync(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(10));
        await _notes.End;
        stage.LetEnd();

        _notes.Lines.Should().Equal("started w[0] t/1#1", "abandoned w[0] t/1#1", "NotNeeded w[0] t/1#1 10 s", "w: ended, JobLimit");
    }

    [Fact]
    public async Task S9_a_job_that_takes_too_long_is_told_and_so_is_what_its_cancellation_threw()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await new WorkerHost(
            b => b.AddWorker<JsonText, JsonText>(
                async (job, _, token) =>
                {
                    await using var bad = token.Register(() => throw new IOException("cannot clean up"));
                    started.TrySetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, token);
                    return job;
                },
                w =>
                {
                    Observed(_notes)(w);
                    w.JobTimeout = TimeSpan.FromMinutes(1);
                },
                "w"),
            time: _time).StartAsync();
        host.Scheduler.Add(1, lease: 86_400);
        await started.Task;

        await _time.UntilTimerAsync(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        await _notes.End;
        await _notes.UntilAsync("cancellation of w[0] t/1#1 failed: cannot clean up");

        _notes.Lines.Should().Contain("TimedOut w[0] t/1#1 60 s, The job took longer than its time limit of 00:01:00.");
    }

    [Theory]
    [InlineData(ReportVerdict.Refused)]
    [InlineData(ReportVerdict.AlreadyDone)]
    [InlineData(ReportVerdict.NotHeld)]
    public async Task S4_S5_a_report_that_does_not_count_is_told(ReportVerdict verdict)
    {
        await using var host = new WorkerHost(
            b => b.AddWorker<Doubling>(Observed(_notes), "w"), new ScriptedScheduler { Verdict = verdict }, _time);
        host.Scheduler.Add(1, """{"alpha":1}""", tag: "a");

        await host.StartAsync();
        await _notes.End;

        _notes.Lines.Should().ContainInOrder("Done w[0] a/1#1 0 s", $"w: {verdict} a/1").And.ContainSingle(line => line.Contains(verdict.ToString()));
    }

    [Fact]
    public async Task An_outage_is_told_once_when_it_begins_and_once_when_it_is_over_as_is_what_nobody_foresaw()
    {
        var scheduler = new ScriptedScheduler();
        scheduler.FailNext(new CoordinatorUnreachableException("Nobody answers."));
        scheduler.FailNext(new StoreUnavailableException("The disk is full."));
        scheduler.FailNext(new InvalidOperationException("a bug"));
        scheduler.Add(1, """{"alpha":1}""", lease: 86_400);
        await using var host = await new WorkerHost(b => b.AddWorker<Doubling>(Observed(_notes), "w"), scheduler, _time).StartAsync();
        await _time.AdvanceUntilAsync(_notes.End, TimeSpan.FromSeconds(2));

        _notes.Lines.Should().Equal(
            "w: away, Nobody answers.", "w: asking failed, a bug", "w: back",
            "started w[0] t/1#1", "Done w[0] t/1#1 0 s", "w: ended, JobLimit");
    }

    [Fact]
    public async Task A_tag_that_is_missing_is_told_once()
    {
        var scheduler = new ScriptedScheduler();
        scheduler.FailNext(new TagUnknownException("There is no tag t."));
        scheduler.FailNext(new TagUnknownException("There is no tag t."));
        scheduler.Add(1, """{"alpha":1}""", lease: 86_400);
        await using var host = await new WorkerHost(b => b.AddWorker<Doubling>(Observed(_notes), "w"), scheduler, _time).StartAsync();
        await _time.AdvanceUntilAsync(_notes.End, TimeSpan.FromSeconds(5));

        _notes.Lines.Should().Equal("w: missing t", "w: again t", "started w[0] t/1#1", "Done w[0] t/1#1 0 s", "w: ended, JobLimit");
    }

    [Fact]
    public async Task S10_reports_that_the_worker_could_not_deliver_before_its_end_are_told()
    {
        var stage = new Stage();
        await using var host = await new WorkerHost(
            b => b.AddWorker<JsonText, JsonText>(
                stage.ObedientAsync,
                w =>
                {
                    (w.Tag, w.FinishWithin) = ("t", TimeSpan.Zero);
                    w.AddObserver(_notes);
                },
                "w"),
            time: _time).StartAsync();
        host.Scheduler.Add(1, lease: 86_400);
        await stage.Started;
        host.Scheduler.FailFromNowOn(new CoordinatorUnreachableException("Nobody answers."));

        var stopping = host.StopAsync();
        await _notes.UntilAsync("w: away"); // so that the clock does not run ahead of the handler, which ends in real time
        await _time.AdvanceUntilAsync(stopping, TimeSpan.FromSeconds(5));
        await _notes.End;

        _notes.Lines.Should().Equal(
            "started w[0] t/1#1", "Released w[0] t/1#1 0 s", "w: away, Nobody answers.", "w: 1 undelivered", "w: ended, HostStopped");
    }

    [Fact]
    public void Where_nobody_observes_a_job_costs_nothing()
    {
        var observers = new WorkerObservers("w", [], NullLogger.Instance);
        var run = new JobRun("w", "id", 0, SlotDriver.Job(1));
        Tell(observers, run); // what is made once is made

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Tell(observers, run);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        static void Tell(WorkerObservers observers, JobRun run)
        {
            observers.JobStarted(run);
            observers.JobEnded(run, new JobRunEnd(JobOutcome.Done, TimeSpan.FromSeconds(1), null));
        }
    }

    /// <summary>A worker for one job of tag t.</summary>
    private static Action<WorkerOptions> Observed(params IWorkerObserver[] observers) => w =>
    {
        (w.Tag, w.MaxJobs) = ("t", 1);
        foreach (var observer in observers)
            w.AddObserver(observer);
    };

    private sealed class Starts(Action<JobRun> started) : IWorkerObserver
    {
        public void JobStarted(JobRun run) => started(run);
    }

    private sealed class ThrowingObserver : IWorkerObserver
    {
        public void JobStarted(JobRun run) => throw new InvalidOperationException("of the test");

        public void JobEnded(JobRun run, JobRunEnd end) => throw new InvalidOperationException("of the test");

        public void Ended(WorkerEnd end) => throw new InvalidOperationException("of the test");
    }
}
