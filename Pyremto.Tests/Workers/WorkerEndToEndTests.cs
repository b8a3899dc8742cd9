using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Workers;

/// <summary>Workers of a host against the scheduler itself, in memory.</summary>
public sealed class WorkerEndToEndTests : IAsyncLifetime
{
    private static readonly TagAccess T = new("t");

    private readonly FakeTimeProvider _time = new();
    private readonly JobScheduler _scheduler;

    public WorkerEndToEndTests() => _scheduler = SchedulerIn(_time);

    public Task InitializeAsync() => _scheduler.StartAsync(CancellationToken.None).AsTask();

    public Task DisposeAsync() => _scheduler.DisposeAsync().AsTask();

    [Fact]
    public async Task S6_two_workers_of_one_handler_do_every_job_once_and_then_stop_the_host()
    {
        await SetUpAsync("t", 500);
        var done = new ConcurrentBag<int>();
        await using var host = Host(b =>
        {
            b.AddWorker<JsonText, JsonText>(DoAsync, w => (w.Tag, w.Concurrency, w.WhenNothingLeft) = ("t", 3, WhenNothingLeft.StopHost));
            b.AddWorker<JsonText, JsonText>(DoAsync, w => (w.Tag, w.Concurrency, w.WhenNothingLeft) = ("t", 2, WhenNothingLeft.StopHost));
        });

        await host.Host.RunAsync().WaitAsync(ScriptedScheduler.Patience);

        done.Should().HaveCount(500).And.OnlyHaveUniqueItems();
        (await ProgressAsync()).Should().BeEquivalentTo(new { Total = 500, Done = 500, DuplicateResults = 0L });

        Task<JsonText> DoAsync(JsonText job, JobContext context, CancellationToken cancellationToken)
        {
            done.Add(context.JobId);
            return Task.FromResult(job);
        }
    }

    [Fact]
    public async Task S3_a_job_that_fails_is_tried_again_until_it_is_done_or_exhausted()
    {
        await SetUpAsync("t", 20, attempts: 3);
        await using var host = Host(b => b.AddWorker(
            (JsonText job, JobContext context, CancellationToken _) => context.JobId == 7 || context.Attempt < 3
                ? throw new IOException($"attempt {context.Attempt}")
                : Task.FromResult(job),
            w => (w.Tag, w.WhenNothingLeft, w.MaxFailuresInARow) = ("t", WhenNothingLeft.StopHost, null)));

        await host.Host.RunAsync().WaitAsync(ScriptedScheduler.Patience);

        (await ProgressAsync()).Should().BeEquivalentTo(new { Done = 19, Exhausted = 1, State = TagStatus.Drained });
    }

    [Fact]
    public async Task S9_a_final_failure_and_a_result_that_cannot_be_written_are_reported_as_failures()
    {
        await SetUpAsync("t", 2, attempts: 3);
        var attempts = new ConcurrentBag<int>();
        await using var host = Host(b => b.AddWorker<JsonText, object>(
            (_, context, _) =>
            {
                attempts.Add(context.JobId);
                return context.JobId == 0
                    ? throw new JobFailedException("singular") { Final = true }
                    : Task.FromResult<object>(new Dictionary<string, object>(StringComparer.Ordinal) { ["x"] = typeof(string) });
            },
            w => (w.Tag, w.WhenNothingLeft) = ("t", WhenNothingLeft.StopHost)));

        await host.Host.RunAsync().WaitAsync(ScriptedScheduler.Patience);

        attempts.Order().Should().Equal(0, 1, 1, 1);
        (await ProgressAsync()).Exhausted.Should().Be(2);
    }

    [Fact]
    public async Task A_job_that_never_ends_is_exhausted_at_its_time_limit()
    {
        await SetUpAsync("t", 1);
        var stage = new Stage();
        await using var host = await Host(b => b.AddWorker<JsonText, JsonText>(
            stage.ObedientAsync,
            w => (w.Tag, w.WhenNothingLeft, w.JobTimeout) = ("t", WhenNothingLeft.StopHost, TimeSpan.FromSeconds(5)))).StartAsync();
        await stage.Started;

        await _time.UntilTimerAsync(TimeSpan.FromSeconds(5));
        _time.Advance(TimeSpan.FromSeconds(5));
        await host.Host.WaitForShutdownAsync().WaitAsync(ScriptedScheduler.Patience);

        (await ProgressAsync()).Exhausted.Should().Be(1);
    }

    [Fact]
    public async Task S9_a_job_that_runs_when_the_host_stops_is_given_back_with_its_attempt()
    {
        await SetUpAsync("t", 1);
        var stage = new Stage();
        await using var host = await Host(b => b.AddWorker<JsonText, JsonText>(
            stage.ObedientAsync, w => (w.Tag, w.FinishWithin) = ("t", TimeSpan.Zero))).StartAsync();
        await stage.Started;

        await host.StopAsync();

        (await ProgressAsync()).Should().BeEquivalentTo(new { Waiting = 1, InProgress = 0 });
        (await AskAsync()).HasJob.Should().BeTrue("N is 1, and the attempt was given back");
    }

    [Fact]
    public async Task S8_a_host_that_stops_while_jobs_are_handed_out_leaves_none_behind()
    {
        await SetUpAsync("t", 2000);
        var some = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await Host(b => b.AddWorker(
            (JsonText job, JobContext context, CancellationToken _) =>
            {
                if (context.JobId == 100)
                    some.TrySetResult();
                return Task.FromResult(job);
            },
            w => w.Tag = "t")).StartAsync();
        await some.Task.WaitAsync(ScriptedScheduler.Patience);

        await host.StopAsync();

        (await ProgressAsync()).InProgress.Should().Be(0);
    }

    [Fact]
    public async Task S11_a_job_that_another_worker_finished_is_cancelled_at_once()
    {
        await SetUpAsync("t", 1, attempts: 2);
        var stage = new Stage();
        await using var host = await Host(b => b.AddWorker<JsonText, JsonText>(
            stage.ObedientAsync, w => (w.Tag, w.WhenNothingLeft) = ("t", WhenNothingLeft.StopHost))).StartAsync();
        await stage.Started;

        var other = (await AskAsync()).Jobs.Should().ContainSingle().Subject;
        await _scheduler.ExchangeAsync(
            new ExchangeRequest { Tags = [T], Worker = "other", Count = 0, Done = [new DoneReport(other.JobId, SlotDriver.Result)] },
            CancellationToken.None);

        await stage.Cancelled;
        await host.Host.WaitForShutdownAsync().WaitAsync(ScriptedScheduler.Patience);
        (await ProgressAsync()).Should().BeEquivalentTo(new { Done = 1, DuplicateResults = 0L });
    }

    [Fact]
    public async Task S19_a_job_that_its_owner_cancels_is_cancelled_at_once()
    {
        await SetUpAsync("t", 1);
        var stage = new Stage();
        await using var host = await Host(b => b.AddWorker<JsonText, JsonText>(stage.ObedientAsync, w => w.Tag = "t")).StartAsync();
        await stage.Started;

        await _scheduler.CancelAsync(T, null, CancellationToken.None);

        await stage.Cancelled;
    }

    [Fact]
    public async Task S19_a_tag_deleted_and_made_anew_while_its_worker_runs_gets_nothing_of_the_old_one()
    {
        await SetUpAsync("t", 1);
        var stage = new Stage();
        var next = new Stage();
        await using var host = await Host(b => b.AddWorker<JsonText, JsonText>(
            (job, context, token) => stage.Started.IsCompleted
                ? next.ObedientAsync(job, context, token)
                : stage.DeafAsync(job, context, token),
            w => w.Tag = "t")).StartAsync();
        await stage.Started;

        await _scheduler.DeleteTagAsync(T, CancellationToken.None);
        await SetUpAsync("t", 1);
        stage.LetEnd();
        await next.Started;

        (await ProgressAsync()).Should().BeEquivalentTo(new { Done = 0, InProgress = 1 });
        next.LetEnd();
        await host.StopAsync();
        (await ProgressAsync()).Done.Should().Be(1);
    }

    [Fact]
    public async Task S20_a_pool_over_a_prefix_serves_tags_with_passwords_and_those_that_come_later()
    {
        await SetUpAsync("batch-1", 3, password: "x");
        var seen = new ConcurrentBag<string>();
        var later = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await Host(b => b.AddWorker(
            (JsonText job, JobContext context, CancellationToken _) =>
            {
                seen.Add(context.Tag);
                if (context.Tag == "batch-2")
                    later.TrySetResult();
                return Task.FromResult(job);
            },
            w => w.TagPrefix = "batch-")).StartAsync();
        await _time.UntilTimerAsync(TagDefaults.LongestWait);
        _time.Advance(TimeSpan.FromSeconds(10)); // nothing looks for new tags meanwhile: it is told of them
        await SetUpAsync("other", 1);
        await SetUpAsync("batch-2", 1, password: "y");

        await later.Task.WaitAsync(ScriptedScheduler.Patience);

        seen.Order(StringComparer.Ordinal).Should().Equal("batch-1", "batch-1", "batch-1", "batch-2");
        await host.StopAsync();
    }

    [Fact]
    public async Task S7_a_worker_that_is_there_before_its_tag_and_its_jobs_gets_them()
    {
        var stage = new Stage();
        await using var host = await Host(b => b.AddWorker<JsonText, JsonText>(stage.ObedientAsync, w => w.Tag = "t")).StartAsync();
        await _time.UntilTimerAsync(due => due <= TimeSpan.FromSeconds(5), "to look for the tag again");

        await _scheduler.CreateTagAsync(new CreateTag { Tag = "t" }, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(5));
        await _time.UntilTimerAsync(due => due > TimeSpan.FromSeconds(5), "as late as a long poll's");
        await _scheduler.SetUpJobsAsync(T, Setup(1, 1), CancellationToken.None);

        await stage.Started;
        host.Log.Should().ContainSingle(line => line.Contains("waits for what does not exist yet: t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task S15_a_worker_with_a_wrong_password_ends_and_stops_a_host_that_waits_for_it()
    {
        await SetUpAsync("t", 1, password: "right");
        await using var host = Host(b => b.AddWorker<Doubling>(
            w => (w.Tag, w.Password, w.WhenNothingLeft) = ("t", "wrong", WhenNothingLeft.StopHost)));

        await host.Host.RunAsync().WaitAsync(ScriptedScheduler.Patience);

        host.Log.Should().ContainSingle(line => line.StartsWith("Error: Worker Doubling asks for no more work", StringComparison.Ordinal));
    }

    private static JobScheduler SchedulerIn(TimeProvider time) => new(
        JournaledJobStore.InMemory(time), new PyremtoOptions(), time, new SeededRandom(3), NullLogger<JobScheduler>.Instance);

    private static JobSetup Setup(int jobs, int attempts) => new()
    {
        Jobs = [.. Enumerable.Range(0, jobs).Select(job => JsonText.Parse($$"""{"job":{{job}}}"""))],
        MaxRedistributionAttempts = attempts,
    };

    private WorkerHost Host(Action<IPyremtoBuilder> workers) => new(workers, time: _time, real: _scheduler);

    private async Task SetUpAsync(string tag, int jobs, int attempts = 1, string? password = null)
    {
        await _scheduler.CreateTagAsync(new CreateTag { Tag = tag, Password = password }, CancellationToken.None);
        await _scheduler.SetUpJobsAsync(new TagAccess(tag, password), Setup(jobs, attempts), CancellationToken.None);
    }

    private ValueTask<TagProgress> ProgressAsync() => _scheduler.GetProgressAsync(T, CancellationToken.None);

    private ValueTask<ExchangeAnswer> AskAsync() =>
        _scheduler.ExchangeAsync(new ExchangeRequest { Tags = [T], Worker = "other" }, CancellationToken.None);
}
