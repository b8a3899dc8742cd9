using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Pyremto.Tests.Workers;

public sealed class WorkerRegistrationTests
{
    public static TheoryData<string, Action<WorkerOptions>> Mistakes => new()
    {
        { "*no tag to work for*", _ => { } },
        { "*only one of Tag, Tags and TagPrefix*", w => (w.Tag, w.TagPrefix) = ("a", "b") },
        { "*Tag is empty*", w => w.Tag = "" },
        { "*Password belongs to Tag*", w => (w.TagPrefix, w.Password) = ("a", "secret") },
        { "*65 entries, 64 are allowed*", w => w.Tags = [.. Enumerable.Range(0, 65).Select(i => new TagAccess($"t{i}"))] },
        { "*more than once*", w => w.Tags = [new TagAccess("a"), new TagAccess("a")] },
        { "*has no name*", w => w.Tags = [new TagAccess("")] },
        { "*Concurrency is 0*", w => (w.Tag, w.Concurrency) = ("a", 0) },
        { "*Concurrency is 1025*", w => (w.Tag, w.Concurrency) = ("a", 1025) },
        { "*JobTimeout is 00:00:00*", w => (w.Tag, w.JobTimeout) = ("a", TimeSpan.Zero) },
        { "*MaxFailuresInARow is -1*", w => (w.Tag, w.MaxFailuresInARow) = ("a", -1) },
        { "*EndAfterFailures is -1*", w => (w.Tag, w.EndAfterFailures) = ("a", -1) },
        { "*MaxRetryDelay*", w => (w.Tag, w.MaxRetryDelay) = ("a", TimeSpan.Zero) },
        { "*WhenNothingLeft is 9*", w => (w.Tag, w.WhenNothingLeft) = ("a", (WhenNothingLeft)9) },
        { "*JobTimeout is 10675199*", w => (w.Tag, w.JobTimeout) = ("a", TimeSpan.MaxValue) },
        { "*FinishWithin*", w => (w.Tag, w.FinishWithin) = ("a", TimeSpan.FromSeconds(-1)) },
        { "*FinishWithin*", w => (w.Tag, w.FinishWithin) = ("a", TimeSpan.FromDays(50)) },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Options_that_make_no_sense_stop_the_host_at_its_start_with_words(string words, Action<WorkerOptions> mistake)
    {
        await using var host = new WorkerHost(b => b.AddWorker<Doubling>(mistake));

        var start = () => host.StartAsync();

        (await start.Should().ThrowAsync<OptionsValidationException>()).WithMessage("Worker 'Doubling': " + words);
        host.Scheduler.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task A_worker_is_configured_from_its_section_and_code_comes_after_it()
    {
        await using var host = await new WorkerHost(
            b => b.AddWorker<Doubling>(w => w.Concurrency = 2).AddWorker<Doubling>(),
            configuration: new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Pyremto:Workers:Doubling:Tag"] = "from-file",
                ["Pyremto:Workers:Doubling:Password"] = "secret",
                ["Pyremto:Workers:Doubling:Concurrency"] = "7",
                ["Pyremto:Workers:Doubling:JobTimeout"] = "01:00:00",
                ["Pyremto:Workers:Doubling-2:Tags:0:Tag"] = "pool",
                ["Pyremto:Workers:Doubling-2:Tags:0:Password"] = "word",
            }).StartAsync();

        await host.Scheduler.UntilAsync(s => s.Requests.Count == 3);

        host.Scheduler.Requests.SelectMany(request => request.Tags).Should().BeEquivalentTo(
            new[] { new TagAccess("from-file", "secret"), new TagAccess("from-file", "secret"), new TagAccess("pool", "word") });
        host.Host.Services.GetRequiredService<IOptionsMonitor<WorkerOptions>>().Get("Doubling").JobTimeout.Should().Be(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task A_prefix_over_a_coordinator_elsewhere_stops_the_host_at_its_start()
    {
        await using var host = new WorkerHost(b =>
        {
            b.UseRemoteScheduler("UseHttp(\"http://box\")", _ => new ScriptedScheduler());
            b.AddWorker<Doubling>(w => w.TagPrefix = "nightly-");
        });

        await host.Invoking(h => h.StartAsync()).Should().ThrowAsync<OptionsValidationException>().WithMessage(
            "Worker 'Doubling': TagPrefix works in the coordinator's own process alone, and with UseHttp(\"http://box\") that is another; name the tags.");
    }

    [Fact]
    public async Task Types_without_metadata_serve_where_it_is_given_with_the_worker()
    {
        await using var host = await new WorkerHost(b => b
            .AddWorker<Doubling>(HandlerTypes.Default, w => w.Tag = "t")
            .AddWorker((Params job, JobContext _, CancellationToken _) => Task.FromResult(new Score(job.Alpha, 1)), HandlerTypes.Default, w => w.Tag = "u"))
            .StartAsync();

        await host.Scheduler.UntilAsync(s => s.Requests.Count == 2);
        host.Scheduler.Requests.SelectMany(request => request.Tags).Select(access => access.Tag).Should().BeEquivalentTo(["t", "u"]);
    }

    [Fact]
    public void Two_workers_cannot_have_one_name()
    {
        var add = () => new WorkerHost(b => b.AddWorker<Doubling>(name: "x").AddWorker<Doubling>(name: "x"));

        add.Should().Throw<ArgumentException>().WithMessage("There is a worker named 'x' already*");
    }

    [Fact]
    public async Task A_type_that_is_no_JSON_object_is_refused_at_start()
    {
        await using var number = new WorkerHost(b => b.AddWorker(
            (Params _, JobContext _, CancellationToken _) => Task.FromResult(1.5), w => w.Tag = "t"));
        await using var list = new WorkerHost(b => b.AddWorker(
            (List<int> _, JobContext _, CancellationToken _) => Task.FromResult(new Score(1, 2)), w => w.Tag = "t"));

        await number.Invoking(host => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("Double cannot be a job's result*");
        await list.Invoking(host => host.StartAsync()).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("*cannot be a job's description*");
    }

    [Fact]
    public async Task A_handler_that_its_user_registered_keeps_its_lifetime()
    {
        await using var host = new WorkerHost(b =>
        {
            b.Services.AddSingleton<Doubling>();
            b.AddWorker<Doubling>(w => w.Tag = "t");
        });

        host.Host.Services.GetRequiredService<Doubling>().Should().BeSameAs(host.Host.Services.GetRequiredService<Doubling>());
    }

    [Fact]
    public void A_job_context_can_be_made_in_a_test()
    {
        var context = new JobContext { JobId = 3 };

        context.Should().BeEquivalentTo(new { JobId = 3, Attempt = 1, Repetition = 0, Tag = "", Worker = "" });
        context.Services.GetService(typeof(Stage)).Should().BeNull();
    }

    [Fact]
    public async Task Jobs_are_measured_and_traced_under_the_name_Pyremto()
    {
        var measured = new System.Collections.Concurrent.ConcurrentQueue<string>();
        using var traced = new System.Threading.ManualResetEventSlim();
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Pyremto")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            measured.Enqueue($"{instrument.Name} {value} {string.Join(' ', tags.ToArray().Select(tag => tag.Value))}"));
        meters.Start();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Pyremto",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity.GetTagItem("pyremto.tag") is "measured")
                    traced.Set();
            },
        };
        ActivitySource.AddActivityListener(activities);
        await using var host = await new WorkerHost(b => b.AddWorker<Doubling>(w => w.Tag = "measured", "gauge")).StartAsync();

        host.Scheduler.Add(1, """{"alpha":1}""", tag: "measured");
        await host.Scheduler.UntilAsync(s => s.Done.Count == 1);

        measured.Where(line => line.Contains("gauge", StringComparison.Ordinal)).Should().Equal(
            "pyremto.worker.jobs.started 1 gauge",
            "pyremto.worker.jobs.active 1 gauge",
            "pyremto.worker.jobs.active -1 gauge",
            "pyremto.worker.jobs.finished 1 gauge done");
        traced.IsSet.Should().BeTrue();
    }
}
