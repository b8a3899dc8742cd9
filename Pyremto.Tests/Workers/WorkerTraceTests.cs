using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Pyremto.Tests.Support;
using Pyremto.Tests.Transport.Http.Client;
using Pyremto.Tests.Transport.Http.Server;

namespace Pyremto.Tests.Workers;

public sealed class WorkerTraceTests : IDisposable
{
    private const string Ask = "pyremto.ask";
    private const string Job = "pyremto.job";

    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly ActivityListener _listener;

    public WorkerTraceTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Pyremto" or "Microsoft.AspNetCore" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_job_is_a_trace_of_its_own_and_links_to_the_asking_that_handed_it_out()
    {
        await using var host = await RunTwoJobsAsync("trace-given");

        var (first, second) = (Single(Job, "trace-given", 1), Single(Job, "trace-given", 2));
        LinkOf(first).Should().Be(Single(Ask, "trace-given", 1).Context);
        LinkOf(second).Should().Be(Single(Ask, "trace-given", 2).Context);
        first.TraceId.Should().NotBe(second.TraceId).And.NotBe(LinkOf(first).TraceId);
        first.ParentId.Should().BeNull();
    }

    [Fact]
    public async Task The_asking_that_carries_a_report_links_to_the_job_that_it_reports()
    {
        await using var host = await RunTwoJobsAsync("trace-reported");

        Single(Ask, "trace-reported", 1).Links.Should().BeEmpty();
        LinkOf(Single(Ask, "trace-reported", 2)).Should().Be(Single(Job, "trace-reported", 1).Context);
        LinkOf(Of(Ask, "trace-reported").Last()).Should().Be(Single(Job, "trace-reported", 2).Context, "the last one only reports");
    }

    [Fact]
    public async Task An_asking_that_reports_nothing_has_no_link()
    {
        var stage = new Stage();
        var ends = new ObserverNotes();
        await using var host = await new WorkerHost(b => b.AddWorker<JsonText, JsonText>(stage.ObedientAsync, w =>
        {
            (w.Tag, w.MaxJobs) = ("trace-silent", 2);
            w.AddObserver(ends);
        })).StartAsync();
        host.Scheduler.Add(1, tag: "trace-silent");
        await stage.Started;

        host.Scheduler.NoLongerNeeded(new JobNotNeeded("trace-silent", SlotDriver.Instance, 1, 1, host.Scheduler.Requests[0].Worker!));
        await stage.Cancelled;
        stage.LetEnd();
        host.Scheduler.Add(2, tag: "trace-silent");
        await ends.End;

        Single(Ask, "trace-silent", 2).Links.Should().BeEmpty();
        LinkOf(Of(Ask, "trace-silent").Last()).Should().Be(Single(Job, "trace-silent", 2).Context);
    }

    [Fact]
    public async Task An_asking_that_failed_says_so_and_what_it_reported_is_linked_to_by_the_next()
    {
        var ends = new ObserverNotes();
        var scheduler = new ScriptedScheduler();
        var time = new FakeTimeProvider();
        await using var host = await new WorkerHost(
            b => b.AddWorker<Doubling>(
                w =>
                {
                    (w.Tag, w.MaxJobs) = ("trace-failed", 1);
                    w.AddObserver(ends);
                    w.AddObserver(new FailsReport(scheduler));
                }),
            scheduler,
            time).StartAsync();
        scheduler.Add(1, """{"alpha":1}""", tag: "trace-failed", lease: 86_400);

        await ends.UntilAsync("Doubling: away");
        await time.UntilTimerAsync(due => due > TimeSpan.Zero && due <= TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(2));
        await ends.End;

        var reports = Of(Ask, "trace-failed").Where(span => span.GetTagItem("pyremto.done") is 1).ToList();
        reports.Select(span => span.Status).Should().Equal(ActivityStatusCode.Error, ActivityStatusCode.Unset);
        reports[0].GetTagItem("error.type").Should().Be(ErrorCodes.CoordinatorUnreachable);
        reports.Select(LinkOf).Should().AllBeEquivalentTo(Single(Job, "trace-failed", 1).Context);
    }

    [Fact]
    public async Task Over_HTTP_the_coordinators_exchange_is_in_the_trace_of_the_asking()
    {
        await using var coordinator = await HttpCoordinator.StartAsync();
        await coordinator.Scheduler.CreateTagAsync(new CreateTag { Tag = "trace-http" }, CancellationToken.None);
        await coordinator.Scheduler.SetUpJobsAsync(
            new TagAccess("trace-http"), new JobSetup { Jobs = [JsonText.Parse("""{"alpha":1}""")] }, CancellationToken.None);
        using var client = HttpClients.Create(coordinator.Url);
        var ends = new ObserverNotes();
        await using var host = await new WorkerHost(
            b => b.AddWorker<Doubling>(w =>
            {
                (w.Tag, w.WhenNothingLeft) = ("trace-http", WhenNothingLeft.EndWorker);
                w.AddObserver(ends);
            }),
            real: client).StartAsync();

        await ends.End;
        await coordinator.StopAsync(); // all spans have ended

        var exchange = Of("pyremto.exchange", "trace-http").Single(span => span.GetTagItem("pyremto.job_id") is 0);
        exchange.TraceId.Should().Be(LinkOf(Single(Job, "trace-http", 0)).TraceId);
        Of("pyremto.exchange", "trace-http").Single(span => span.GetTagItem("pyremto.done") is 1)
            .TraceId.Should().Be(Of(Ask, "trace-http").Single(span => span.GetTagItem("pyremto.done") is 1).TraceId);
    }

    private static async Task<WorkerHost> RunTwoJobsAsync(string tag)
    {
        var ends = new ObserverNotes();
        var host = await new WorkerHost(b => b.AddWorker<Doubling>(w =>
        {
            (w.Tag, w.MaxJobs) = (tag, 2);
            w.AddObserver(ends);
        })).StartAsync();
        host.Scheduler.Add(1, """{"alpha":1}""", tag: tag);
        host.Scheduler.Add(2, """{"alpha":1}""", tag: tag);
        await ends.End;
        return host;
    }

    private IEnumerable<Activity> Of(string name, string tag) =>
        _spans.Where(span => span.OperationName == name && Equals(span.GetTagItem("pyremto.tag"), tag));

    private Activity Single(string name, string tag, int jobId) =>
        Of(name, tag).Should().ContainSingle(span => Equals(span.GetTagItem("pyremto.job_id"), jobId)).Subject;

    private static ActivityContext LinkOf(Activity span) => span.Links.Should().ContainSingle().Subject.Context;

    /// <summary>Lets the exchange fail that follows the end of a job.</summary>
    private sealed class FailsReport(ScriptedScheduler scheduler) : IWorkerObserver
    {
        public void JobEnded(JobRun run, JobRunEnd end) => scheduler.FailNext(new CoordinatorUnreachableException("Nobody answers."));
    }
}
