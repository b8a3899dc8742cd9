using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
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
            // The heartbeat before has a time limit, which may have been the timer: then the slot's own is started late, and due at once.
            await time.AdvanceUntilAsync(host.Scheduler.UntilAsync(s => s.Heartbeats.Count == beats), TimeSpan.Zero);
        }

        host.Scheduler.Heartbeats[2].Jobs.Should().Equal(new HeldJob(1, "t", 1, SlotDriver.Instance, TimeSpan.FromSeconds(30)));
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

        host.Scheduler.NoLongerNeeded(new JobNotNeeded("t", SlotDriver.Instance, 1, 1, host.Scheduler.Requests[0].Worker!));
        await stage.Cancelled;
        await host.Scheduler.UntilAsync(s => s.Requests.Count == 2);

        host.Scheduler.Requests[1].Should().BeEquivalentTo(
            new { Count = 1, Done = Array.Empty<DoneReport>(), Failed = Array.Empty<FailedReport>(), Released = Array.Empty<ReleasedReport>() });
    }
}
