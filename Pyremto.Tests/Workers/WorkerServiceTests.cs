using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Workers;

public sealed class WorkerServiceTests
{
    [Fact]
    public async Task A_handler_is_given_its_job_and_its_result_is_reported_in_snake_case()
    {
        await using var host = await new WorkerHost(b => b.AddWorker<Doubling>(w => w.Tag = "t")).StartAsync();

        host.Scheduler.Add(3, """{"ALPHA":0.5,"batch_size":4,"other":1}""", attempt: 2);
        await host.Scheduler.UntilAsync(s => s.Done.Count == 1);

        host.Scheduler.Done.Should().Equal(
            new DoneReport(3, JsonText.Parse("""{"mean_error":1,"seen":4}"""), 2, "t", SlotDriver.Instance));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_source_generated_context_serves_as_well_and_is_named_in_our_way()
    {
        await using var host = await new WorkerHost(b => b.AddWorker<Doubling>(w =>
        {
            w.Tag = "t";
            w.UseJson(HandlerTypes.Default);
        })).StartAsync();

        host.Scheduler.Add(3, """{"alpha":null,"batch_size":4}""");
        await host.Scheduler.UntilAsync(s => s.Done.Count == 1);

        host.Scheduler.Done[0].Result.ToString().Should().Be("""{"mean_error":null,"seen":4}""", "S13: NaN is written as null");
    }

    [Fact]
    public async Task A_context_that_names_a_policy_of_its_own_keeps_it()
    {
        await using var host = await new WorkerHost(b => b.AddWorker<Doubling>(w =>
        {
            w.Tag = "t";
            w.UseJson(CamelCaseTypes.Default);
        })).StartAsync();

        host.Scheduler.Add(3, """{"alpha":null,"batchSize":4}""");
        await host.Scheduler.UntilAsync(s => s.Done.Count == 1);

        host.Scheduler.Done[0].Result.ToString().Should().Be("""{"meanError":null,"seen":4}""");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_function_knows_which_job_it_runs_and_has_the_services_of_the_jobs_scope()
    {
        var contexts = new ConcurrentQueue<JobContext>();
        var scoped = new ConcurrentQueue<object>();
        await using var host = await new WorkerHost(b =>
        {
            b.Services.AddScoped<Stage>();
            b.AddWorker(
                (JsonText job, JobContext context, CancellationToken _) =>
                {
                    contexts.Enqueue(context);
                    scoped.Enqueue(context.Services.GetRequiredService<Stage>());
                    return Task.FromResult(job);
                },
                w => w.Tag = "t");
        }).StartAsync();

        host.Scheduler.Add(1, """{"x":1e400}""", attempt: 4);
        host.Scheduler.Add(2);
        await host.Scheduler.UntilAsync(s => s.Done.Count == 2);

        contexts.First().Should().BeEquivalentTo(new { Tag = "t", JobId = 1, Attempt = 4, Repetition = 0 });
        contexts.First().Description.ToString().Should().Be("""{"x":1e400}""");
        contexts.First().Worker.Should().Be(host.Scheduler.Requests[0].Worker);
        host.Scheduler.Done[0].Result.ToString().Should().Be("""{"x":1e400}""");
        scoped.Distinct().Should().HaveCount(2);
    }

    [Fact]
    public async Task Two_workers_of_one_handler_are_two_workers_and_each_slot_has_an_id()
    {
        await using var host = await new WorkerHost(b => b
            .AddWorker<Doubling>(w => w.Tag = "t")
            .AddWorker<Doubling>(w =>
            {
                w.Tag = "u";
                w.Concurrency = 3;
            })).StartAsync();

        await host.Scheduler.UntilAsync(s => s.Requests.Count == 4);

        host.Scheduler.Requests.Select(request => request.Worker).Distinct(StringComparer.Ordinal).Should().HaveCount(4);
        host.Scheduler.Requests.Count(request => request.Tags[0].Tag == "u").Should().Be(3);
        host.Scheduler.Requests.Should().OnlyContain(request => request.InProcess);
    }

    [Fact]
    public async Task S20_several_tags_with_their_passwords_or_a_prefix_are_one_pool()
    {
        await using var host = await new WorkerHost(b => b
            .AddWorker<Doubling>(w => w.Tags = [new TagAccess("a", "x"), new TagAccess("b", "y")])
            .AddWorker<Doubling>(w => w.TagPrefix = "batch-")).StartAsync();

        await host.Scheduler.UntilAsync(s => s.Requests.Count == 2);

        host.Scheduler.Requests.Should().ContainSingle(request => request.TagPrefix == "batch-" && request.Tags.Count == 0);
        host.Scheduler.Requests.Should().ContainSingle(request => request.Tags.Count == 2 && request.Tags[1].Password == "y");
    }

    [Theory]
    [InlineData("""{"alpha":"much"}""", "The description cannot be read as Params*alpha*")]
    [InlineData("""{"alpha":-1}""", "ArgumentException: negative")]
    [InlineData("""{"alpha":-2}""", "The handler returned null*")]
    [InlineData("""{"alpha":-3}""", "The result, a Object, cannot be written as JSON*")]
    [InlineData("""{"alpha":-4}""", "*not a JSON object*")]
    public async Task S9_what_goes_wrong_in_a_handler_fails_its_job_with_words(string description, string error)
    {
        await using var host = await new WorkerHost(b => b.AddWorker(
            (Params job, JobContext _, CancellationToken _) => job.Alpha switch
            {
                -1 => throw new ArgumentException("negative"),
                -2 => Task.FromResult<object>(null!),
                -3 => Task.FromResult<object>(new Dictionary<string, object>(StringComparer.Ordinal) { ["type"] = typeof(string) }),
                _ => Task.FromResult<object>(17),
            },
            w => w.Tag = "t")).StartAsync();

        host.Scheduler.Add(1, description);
        await host.Scheduler.UntilAsync(s => s.Failed.Count == 1);

        host.Scheduler.Failed[0].Error.Should().Match(error);
        host.Log.Should().Contain(line => line.StartsWith("Warning: Worker worker failed job 1 of tag t, attempt 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S9_a_handler_that_cannot_be_made_fails_its_job()
    {
        await using var host = await new WorkerHost(b =>
        {
            b.Services.AddScoped<Doubling>(_ => throw new InvalidOperationException("no licence"));
            b.AddWorker<Doubling>(w => w.Tag = "t");
        }).StartAsync();

        host.Scheduler.Add(1, """{"alpha":1}""");
        await host.Scheduler.UntilAsync(s => s.Failed.Count == 1);

        host.Scheduler.Failed[0].Error.Should().Be("InvalidOperationException: no licence");
    }

    [Fact]
    public async Task A_handler_that_never_ends_is_cancelled_at_its_time_limit_and_left_to_itself()
    {
        var time = new FakeTimeProvider();
        var stage = new Stage();
        await using var host = await new WorkerHost(
            b => b.AddWorker<JsonText, JsonText>(stage.DeafAsync, w =>
            {
                w.Tag = "t";
                w.JobTimeout = TimeSpan.FromSeconds(5);
            }),
            time: time).StartAsync();
        host.Scheduler.Add(1, lease: 3600);
        await stage.Started;

        await time.UntilTimerAsync(TimeSpan.FromSeconds(5));
        time.Advance(TimeSpan.FromSeconds(5));
        await stage.Cancelled;
        await time.UntilTimerAsync(TimeSpan.FromSeconds(10));
        time.Advance(TimeSpan.FromSeconds(10));
        await host.Scheduler.UntilAsync(s => s.Failed.Count == 1);

        host.Scheduler.Failed[0].Error.Should().Contain("time limit");
        await host.Scheduler.UntilAsync(s => s.Requests.Count == 2);
        stage.LetEnd();
        host.Scheduler.Done.Should().BeEmpty();
        await host.StopAsync();
    }

    [Fact]
    public async Task S10_heartbeats_go_out_while_a_job_runs()
    {
        var time = new FakeTimeProvider();
        var stage = new Stage();
        await using var host = await new WorkerHost(
            b => b.AddWorker<JsonText, JsonText>(stage.ObedientAsync, w => w.Tag = "t"), time: time).StartAsync();
        host.Scheduler.Add(1, lease: 30);
        await stage.Started;

        for (var beats = 1; beats <= 3; beats++)
        {
            await time.UntilTimerAsync(TimeSpan.FromSeconds(10));
            time.Advance(TimeSpan.FromSeconds(10));
            await host.Scheduler.UntilAsync(s => s.Heartbeats.Count == beats);
        }

        host.Scheduler.Heartbeats[2].Jobs.Should().Equal(new HeldJob(1, "t", 1, SlotDriver.Instance));
        stage.LetEnd();
        await host.Scheduler.UntilAsync(s => s.Done.Count == 1);
    }

    [Fact]
    public async Task S11_a_job_that_another_finished_is_cancelled_at_once_and_the_next_is_asked_for()
    {
        var stage = new Stage();
        await using var host = await new WorkerHost(b => b.AddWorker<JsonText, JsonText>(stage.ObedientAsync, w => w.Tag = "t")).StartAsync();
        host.Scheduler.Add(1);
        await stage.Started;

        host.Scheduler.NoLongerNeeded(new JobNotNeeded("t", 1, 1, host.Scheduler.Requests[0].Worker!));
        await stage.Cancelled;
        await host.Scheduler.UntilAsync(s => s.Requests.Count == 2);

        host.Scheduler.Requests[1].Should().BeEquivalentTo(
            new { Count = 1, Done = Array.Empty<DoneReport>(), Failed = Array.Empty<FailedReport>(), Released = Array.Empty<ReleasedReport>() });
    }

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
                    w.MaxFailuresInARow = 3;
                    w.Ended = end => ended.TrySetResult(end);
                },
                "broken")
            .AddWorker<Doubling>(w => w.Tag = "t")).StartAsync();

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
        for (var i = 1; i <= 3; i++)
        {
            await time.UntilTimerAsync(due => due > TimeSpan.Zero && due <= TimeSpan.FromSeconds(2));
            time.Advance(TimeSpan.FromSeconds(2));
            await scheduler.UntilAsync(s => s.Requests.Count == i + 1);
        }
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
