using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Pyremto.Tests.Workers;

/// <summary>Where an exception of a handler goes: with its stack to the log, the observer and the span; with type and message to the
/// attempt.</summary>
public sealed class WorkerErrorTests
{
    private const string Tag = "worker-errors";

    private readonly ObserverNotes _notes = new();
    private readonly ConcurrentQueue<JobRunEnd> _ends = new();

    [Fact]
    public async Task The_exception_itself_goes_to_the_log_and_to_the_observer()
    {
        await using var host = await RunAsync(static (_, _, _) => throw new InvalidOperationException("outer", NullReference()));

        var told = _ends.Should().ContainSingle().Subject;
        told.Exception.Should().BeOfType<InvalidOperationException>().Which.StackTrace.Should().Contain(nameof(WorkerErrorTests));
        told.Error.Should().Be("InvalidOperationException: outer\ncaused by NullReferenceException: Object reference not set to an instance of an object.");
        host.Entries.Should().ContainSingle(entry => entry.Id == 202).Which.Exception.Should().BeSameAs(told.Exception);
    }

    [Fact]
    public async Task The_span_holds_the_exception_with_its_stack()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Pyremto",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await using var host = await RunAsync(static (_, _, _) => throw NullReference());

        var span = spans.Should().ContainSingle(s => s.OperationName == "pyremto.job" && Equals(s.GetTagItem("pyremto.tag"), Tag)).Subject;
        span.Status.Should().Be(ActivityStatusCode.Error);
        span.GetTagItem("error.type").Should().Be("System.NullReferenceException");
        var recorded = span.Events.Should().ContainSingle(e => e.Name == "exception").Subject.Tags.ToDictionary();
        recorded["exception.type"].Should().Be("System.NullReferenceException");
        recorded["exception.stacktrace"].Should().BeOfType<string>().Which.Should().Contain(nameof(WorkerErrorTests));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_attempt_holds_the_stack_where_the_owner_asks_for_it(bool asked)
    {
        await using var host = await RunAsync(
            static (_, _, _) => throw new InvalidOperationException("outer", NullReference()), w => w.ReportStackTraces = asked);

        var error = host.Scheduler.Failed.Should().ContainSingle().Subject.Error;
        error.Should().StartWith("InvalidOperationException: outer\n").And.Contain("caused by NullReferenceException: Object");
        error.Contains($"   at {typeof(WorkerErrorTests)}", StringComparison.Ordinal).Should().Be(asked);
    }

    [Fact]
    public async Task What_a_handler_logs_names_its_job_also_behind_an_await_and_nothing_else_does()
    {
        await using var host = await RunAsync(static async (job, context, _) =>
        {
            var log = context.Services.GetRequiredService<Microsoft.Extensions.Logging.ILoggerFactory>().CreateLogger("Mine");
            await Task.Yield();
            Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(log, "hello");
            return job;
        });

        var mine = host.Entries.Should().ContainSingle(entry => entry.Message == "hello").Subject;
        mine.Scope.Should().Contain(
        [
            new("Tag", Tag), new("JobId", 1), new("Attempt", 3), new("Worker", host.Scheduler.Requests[0].Worker),
        ]);
        mine.ScopeText.Should().Be($"job 1 of tag {Tag}, attempt 3, worker {host.Scheduler.Requests[0].Worker}");
        host.Entries.Where(entry => entry.Message != "hello").Should().OnlyContain(entry => entry.Scope.Count == 0);
    }

    private static Exception NullReference()
    {
        try
        {
            object? nothing = null;
            _ = nothing!.ToString();
            throw new InvalidOperationException("unreachable");
        }
        catch (NullReferenceException error)
        {
            return error;
        }
    }

    private async Task<WorkerHost> RunAsync(
        Func<JsonText, JobContext, CancellationToken, Task<JsonText>> handler, Action<WorkerOptions>? configure = null)
    {
        var host = new WorkerHost(b => b.AddWorker(handler, w =>
        {
            (w.Tag, w.MaxJobs) = (Tag, 1);
            w.AddObserver(new Ends(_ends.Enqueue));
            w.AddObserver(_notes);
            configure?.Invoke(w);
        }));
        host.Scheduler.Add(1, attempt: 3, tag: Tag);
        await host.StartAsync();
        await _notes.End;
        return host;
    }

    private sealed class Ends(Action<JobRunEnd> note) : IWorkerObserver
    {
        public void JobEnded(JobRun run, JobRunEnd end) => note(end);
    }
}
