using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Workers;

public sealed class WorkerLimitsTests
{
    private readonly TaskCompletionSource<WorkerEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<WorkerEnd> Ended => _ended.Task.WaitAsync(ScriptedScheduler.Patience);

    [Fact]
    public async Task A_worker_ends_after_so_many_jobs_and_never_takes_more()
    {
        await using var host = new WorkerHost(b => b.AddWorker<Doubling>(w => (w.Tag, w.Concurrency, w.MaxJobs, w.Ended) = ("t", 4, 6, Ends)));
        for (var job = 0; job < 20; job++)
            host.Scheduler.Add(job, """{"alpha":1}""");

        await host.StartAsync();

        (await Ended).Should().Be(new WorkerEnd("Doubling", WorkerEndReason.JobLimit, null));
        host.Scheduler.Done.Should().HaveCount(6);
        host.Scheduler.Released.Should().BeEmpty();
    }

    [Fact]
    public async Task That_nothing_was_left_counts_where_fewer_jobs_came_than_the_worker_may_run()
    {
        await using var host = new WorkerHost(
            b => b.AddWorker<Doubling>(w => (w.Tag, w.Concurrency, w.MaxJobs, w.WhenNothingLeft, w.Ended)
                = ("t", 4, 3, WhenNothingLeft.EndWorker, Ends)),
            new ScriptedScheduler { WhenEmpty = NextState.Done });
        host.Scheduler.Add(1, """{"alpha":1}""");

        await host.StartAsync();

        (await Ended).Reason.Should().Be(WorkerEndReason.NothingLeft);
    }

    [Fact]
    public async Task An_idle_worker_ends_and_says_so_once_but_not_as_an_error()
    {
        var time = new FakeTimeProvider();
        await using var host = await new WorkerHost(
            b => b.AddWorker<Doubling>(w => (w.Tag, w.Concurrency, w.IdleTimeout, w.Ended) = ("t", 3, TimeSpan.FromMinutes(5), Ends)),
            time: time).StartAsync();
        host.Scheduler.Add(1, """{"alpha":1}""", lease: 86_400);
        await host.Scheduler.UntilAsync(s => s.Done.Count == 1);

        await time.UntilTimerAsync(TimeSpan.FromMinutes(5));
        time.Advance(TimeSpan.FromMinutes(5));

        (await Ended).Should().Be(new WorkerEnd("Doubling", WorkerEndReason.Idle, null));
        host.Log.Should().ContainSingle(line => line == "Information: Worker Doubling asks for no more work: There was no work for 00:05:00.");
        host.Log.Should().NotContain(line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slot_that_waits_learns_that_the_worker_is_idle_when_the_last_job_of_another_ends()
    {
        var time = new FakeTimeProvider();
        var stage = new Stage();
        await using var host = await new WorkerHost(
            b => b.AddWorker<JsonText, JsonText>(stage.ObedientAsync, w =>
                (w.Tag, w.Concurrency, w.MaxJobs, w.IdleTimeout, w.Ended) = ("t", 2, 2, TimeSpan.FromMinutes(5), Ends)),
            time: time).StartAsync();
        host.Scheduler.Add(1, lease: 86_400);
        await stage.Started;

        stage.LetEnd();
        await host.Scheduler.UntilAsync(s => s.Done.Count == 1);
        await time.UntilTimerAsync(TimeSpan.FromMinutes(5));
        time.Advance(TimeSpan.FromMinutes(5));

        (await Ended).Reason.Should().Be(WorkerEndReason.Idle);
    }

    [Fact]
    public async Task A_worker_that_is_to_ask_no_more_finishes_what_runs_and_the_host_goes_on()
    {
        using var askNoMore = new CancellationTokenSource();
        var stage = new Stage();
        await using var host = await new WorkerHost(b => b.AddWorker<JsonText, JsonText>(
            stage.ObedientAsync,
            w =>
            {
                (w.Tag, w.Concurrency, w.Ended) = ("t", 2, Ends);
                w.AskNoMoreWhen(askNoMore.Token);
            })).StartAsync();
        host.Scheduler.Add(1);
        await stage.Started;

        await askNoMore.CancelAsync();
        stage.LetEnd();

        (await Ended).Reason.Should().Be(WorkerEndReason.AskedNoMore);
        host.Scheduler.Done.Should().ContainSingle();
        host.Host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested.Should().BeFalse();
    }

    [Fact]
    public async Task A_worker_that_is_to_ask_no_more_from_the_start_asks_nothing()
    {
        await using var host = await new WorkerHost(b => b.AddWorker<Doubling>(w =>
        {
            (w.Tag, w.Ended) = ("t", Ends);
            w.AskNoMoreWhen(new CancellationToken(canceled: true));
        })).StartAsync();

        (await Ended).Reason.Should().Be(WorkerEndReason.AskedNoMore);
        host.Scheduler.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task S9_a_handler_that_is_told_of_the_hosts_stop_has_its_grace_to_bring_a_result()
    {
        var time = new FakeTimeProvider();
        var stage = new Stage();
        await using var host = await new WorkerHost(
            b => b.AddWorker<JsonText, JsonText>(stage.DeafAsync, w =>
                (w.Tag, w.FinishWithin, w.HandlerGrace) = ("t", TimeSpan.Zero, TimeSpan.FromMinutes(1))),
            time: time).StartAsync();
        host.Scheduler.Add(1, lease: 86_400);
        await stage.Started;

        var stopping = host.StopAsync();
        await stage.Cancelled;
        await time.UntilTimerAsync(TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromSeconds(59));
        stage.LetEnd();
        await stopping;

        host.Scheduler.Done.Should().ContainSingle();
        host.Scheduler.Released.Should().BeEmpty();
    }

    [Fact]
    public async Task Jobs_that_run_at_the_same_time_have_slots_of_their_own_from_0_on()
    {
        var slots = new ConcurrentQueue<int>();
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await new WorkerHost(b => b.AddWorker<JsonText, JsonText>(
            async (job, context, token) =>
            {
                slots.Enqueue(context.Slot);
                if (slots.Count == 3)
                    go.TrySetResult();
                await go.Task.WaitAsync(token);
                return job;
            },
            w => (w.Tag, w.Concurrency) = ("t", 3))).StartAsync();

        for (var job = 0; job < 3; job++)
            host.Scheduler.Add(job);
        await host.Scheduler.UntilAsync(s => s.Done.Count == 3);

        slots.Should().BeEquivalentTo([0, 1, 2]);
    }

    [Theory]
    [InlineData("MaxJobs", "0", "MaxJobs is 0; it has to be at least 1*")]
    [InlineData("IdleTimeout", "00:00:00", "IdleTimeout is 00:00:00; it has to be more than zero*")]
    [InlineData("HandlerGrace", "-00:00:01", "HandlerGrace is -00:00:01; it goes from zero to 1 day*")]
    [InlineData("HandlerGrace", "1.00:00:01", "HandlerGrace is 1.00:00:01; it goes from zero to 1 day*")]
    public async Task Bounds_that_make_no_sense_are_refused_at_start(string name, string value, string message)
    {
        var configuration = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Pyremto:Workers:Doubling:Tag"] = "t",
            [$"Pyremto:Workers:Doubling:{name}"] = value,
        };
        await using var host = new WorkerHost(b => b.AddWorker<Doubling>(), configuration: configuration);

        await host.Invoking(h => h.StartAsync()).Should().ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>()
            .WithMessage($"*{message}");
    }

    private void Ends(WorkerEnd end) => _ended.TrySetResult(end);
}
