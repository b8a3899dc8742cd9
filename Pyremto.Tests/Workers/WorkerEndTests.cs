using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Workers;

public sealed class WorkerEndTests
{
    [Fact]
    public async Task A_stopping_host_lets_a_job_finish_and_reports_it()
    {
        var stage = new Stage();
        await using var host = await new WorkerHost(b => b.AddWorker<JsonText, JsonText>(stage.ObedientAsync, w => w.Tag = "t")).StartAsync();
        host.Scheduler.Add(1);
        await stage.Started;

        var stopping = host.StopAsync();
        stage.LetEnd();
        await stopping;

        host.Scheduler.Done.Should().ContainSingle();
        host.Scheduler.Requests[^1].Count.Should().Be(0);
        host.Scheduler.Released.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S9_a_job_that_does_not_finish_in_the_hosts_time_is_cancelled_and_released(bool byOption)
    {
        var stage = new Stage();
        await using var host = await new WorkerHost(b => b.AddWorker<JsonText, JsonText>(stage.ObedientAsync, w =>
        {
            w.Tag = "t";
            w.FinishWithin = byOption ? TimeSpan.Zero : null;
        })).StartAsync();
        host.Scheduler.Add(1);
        await stage.Started;

        await StopIgnoringItsLimitAsync(host, byOption ? ScriptedScheduler.Patience : TimeSpan.Zero);

        await stage.Cancelled;
        host.Scheduler.Released.Should().Equal(new ReleasedReport(1, 1, "t", SlotDriver.Instance));
    }

    [Fact]
    public async Task S9_a_handler_that_ignores_its_token_does_not_hang_the_stop()
    {
        var time = new FakeTimeProvider();
        var stage = new Stage();
        await using var host = await new WorkerHost(
            b => b.AddWorker<JsonText, JsonText>(stage.DeafAsync, w =>
            {
                w.Tag = "t";
                w.FinishWithin = TimeSpan.FromSeconds(7);
            }),
            time: time).StartAsync();
        host.Scheduler.Add(1, lease: 3600);
        await stage.Started;

        var stopping = host.StopAsync();
        await time.UntilTimerAsync(TimeSpan.FromSeconds(7));
        time.Advance(TimeSpan.FromSeconds(7));
        await time.UntilTimerAsync(TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(2));
        await stopping;

        host.Scheduler.Released.Should().ContainSingle();
        host.Log.Should().Contain(line => line.Contains("does not react to its CancellationToken", StringComparison.Ordinal));
        stage.LetEnd();
    }

    [Fact]
    public async Task A_broken_machine_stops_asking_and_the_host_goes_on()
    {
        var ended = new TaskCompletionSource<WorkerEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await new WorkerHost(b => b
            .AddWorker<JsonText, JsonText>(
                (_, _, _) => throw new IOException("no GPU"),
                w =>
                {
                    w.Tag = "t";
                    w.Concurrency = 2;
                    w.EndAfterFailures = 3;
                    w.Ended = end => ended.TrySetResult(end);
                },
                "broken")
            .AddWorker<JsonText, JsonText>(
                async (job, _, token) =>
                {
                    await ended.Task.WaitAsync(token); // so that the good one does not take all before the broken one has failed
                    return job;
                },
                w => w.Tag = "t",
                "good")).StartAsync();

        for (var job = 0; job < 40; job++)
            host.Scheduler.Add(job, """{"alpha":1}""");
        var end = await ended.Task.WaitAsync(ScriptedScheduler.Patience);

        end.Should().BeEquivalentTo(new { Worker = "broken", Reason = WorkerEndReason.RepeatedFailures });
        host.Log.Should().ContainSingle(line => line.StartsWith("Error: Worker broken asks for no more work", StringComparison.Ordinal));
        host.Scheduler.Failed.Count.Should().BeInRange(3, 4);
        await host.Scheduler.UntilAsync(s => s.Done.Count + s.Failed.Count + s.Released.Count == 40);
    }

    [Fact]
    public async Task S15_a_wrong_password_ends_the_worker_and_is_logged_once()
    {
        var ended = new TaskCompletionSource<WorkerEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        var scheduler = new ScriptedScheduler();
        for (var slot = 0; slot < 3; slot++)
            scheduler.FailNext(new WrongPasswordException("The password of tag t is wrong."));
        await using var host = await new WorkerHost(
            b => b.AddWorker<Doubling>(w =>
            {
                w.Tag = "t";
                w.Concurrency = 3;
                w.Ended = end => ended.TrySetResult(end);
            }),
            scheduler).StartAsync();

        var end = await ended.Task.WaitAsync(ScriptedScheduler.Patience);

        end.Should().Be(new WorkerEnd("Doubling", WorkerEndReason.Refused, "The password of tag t is wrong."));
        host.Log.Should().ContainSingle(line => line.StartsWith("Error:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_worker_that_meets_an_error_of_its_own_does_not_end_as_if_nothing_were_left()
    {
        var ended = new TaskCompletionSource<WorkerEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        var scheduler = new ScriptedScheduler { WhenEmpty = NextState.Done };
        scheduler.FailNext(new StoreUnavailableException("The disk is full.")); // to try again later, the worker draws a pause
        await using var host = await new WorkerHost(b =>
        {
            b.Services.AddSingleton<IRandomSource>(new BreakingRandom(() => scheduler.Requests.Count > 0));
            b.AddWorker<Doubling>(w =>
            {
                w.Tag = "t";
                w.Concurrency = 2;
                w.WhenNothingLeft = WhenNothingLeft.EndWorker;
                w.Ended = end => ended.TrySetResult(end);
            });
        }, scheduler).StartAsync();

        var end = await ended.Task.WaitAsync(ScriptedScheduler.Patience);

        end.Reason.Should().Be(WorkerEndReason.Crashed);
        end.Message.Should().NotBeNull();
        host.Log.Should().Contain("Critical: Worker Doubling ended because of an error of its own");
    }

    [Fact]
    public async Task An_error_of_one_slot_ends_the_worker_while_the_other_waits_for_work()
    {
        var notes = new ObserverNotes();
        var scheduler = new ScriptedScheduler();
        var isBroken = false;
        await using var host = await new WorkerHost(
            b =>
            {
                b.Services.AddSingleton<IRandomSource>(new BreakingRandom(() => isBroken));
                b.AddWorker<JsonText, JsonText>(
                    async (job, _, _) =>
                    {
                        await scheduler.UntilAsync(s => s.Requests.Count == 2);
                        isBroken = true; // a slot draws the id of its next request
                        return job;
                    },
                    w =>
                    {
                        (w.Tag, w.Concurrency) = ("t", 2);
                        w.AddObserver(notes);
                    },
                    "w");
            },
            scheduler).StartAsync();
        scheduler.Add(1);

        (await notes.End).Reason.Should().Be(WorkerEndReason.Crashed);
    }

    private sealed class BreakingRandom(Func<bool> isBroken) : IRandomSource
    {
        public void Fill(Span<byte> bytes)
        {
            if (isBroken())
                throw new InvalidOperationException("broken");
            bytes.Clear();
        }
    }

    [Fact]
    public async Task The_host_is_stopped_once_all_workers_that_ask_for_it_have_nothing_left()
    {
        await using var host = new WorkerHost(
            b => b
                .AddWorker<Doubling>(w => (w.Tag, w.WhenNothingLeft) = ("t", WhenNothingLeft.StopHost))
                .AddWorker<Doubling>(w => (w.Tag, w.WhenNothingLeft, w.Concurrency) = ("t", WhenNothingLeft.StopHost, 4)),
            new ScriptedScheduler { WhenEmpty = NextState.Done });
        for (var job = 0; job < 20; job++)
            host.Scheduler.Add(job, """{"alpha":1}""");

        await host.Host.RunAsync().WaitAsync(ScriptedScheduler.Patience);

        host.Scheduler.Done.Should().HaveCount(20);
    }

    [Fact]
    public async Task A_coordinator_that_went_away_is_logged_once_and_so_is_its_return()
    {
        var time = new FakeTimeProvider();
        var scheduler = new ScriptedScheduler();
        for (var i = 0; i < 3; i++)
            scheduler.FailNext(new CoordinatorUnreachableException("Nobody answers at pipe p."));
        await using var host = await new WorkerHost(b => b.AddWorker<Doubling>(w => w.Tag = "t"), scheduler, time).StartAsync();
        await time.AdvanceUntilAsync(scheduler.UntilAsync(s => s.Requests.Count == 4), TimeSpan.FromSeconds(2));
        scheduler.Add(1, """{"alpha":1}""");
        await scheduler.UntilAsync(s => s.Done.Count == 1);

        scheduler.Requests.Take(4).Select(request => request.RequestId).Distinct(StringComparer.Ordinal).Should().ContainSingle();
        host.Log.Should().ContainSingle(line => line == "Warning: Worker Doubling keeps trying: Nobody answers at pipe p.");
        host.Log.Should().ContainSingle(line => line == "Information: Worker Doubling is answered again");
    }

    private static async Task StopIgnoringItsLimitAsync(WorkerHost host, TimeSpan within)
    {
        try
        {
            await host.StopAsync(within);
        }
        catch (OperationCanceledException)
        {
            // The host says so when its time was up; what matters is what was done with the job by then.
        }
    }
}
