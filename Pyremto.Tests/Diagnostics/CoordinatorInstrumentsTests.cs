using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Pyremto.Tests.Support;

namespace Pyremto.Tests.Diagnostics;

public sealed class CoordinatorInstrumentsTests : IAsyncLifetime
{
    private const string Reports = "pyremto.coordinator.reports";

    private static readonly TagAccess T = new("svr");

    private readonly FakeTimeProvider _time = new();
    private readonly Measured _measured = new();
    private readonly Lines _log = new();
    private readonly PyremtoDiagnostics _diagnostics;
    private readonly JobScheduler _scheduler;

    public CoordinatorInstrumentsTests()
    {
        _diagnostics = new PyremtoDiagnostics(_measured);
        _scheduler = new JobScheduler(
            JournaledJobStore.InMemory(_time), new PyremtoOptions { MaxResultBytes = 20 }, _time, new SeededRandom(3), _log, _diagnostics.Scheduler);
    }

    public async Task InitializeAsync()
    {
        await _scheduler.StartAsync(default);
        await _scheduler.CreateTagAsync(new CreateTag { Tag = "svr" }, default);
        await _scheduler.SetUpJobsAsync(T, Make.SetUp(jobs: 5, n: 2), default);
    }

    public async Task DisposeAsync()
    {
        await _scheduler.DisposeAsync();
        _diagnostics.Dispose();
        _measured.Dispose();
    }

    [Fact]
    public void The_instruments_have_these_names_and_units()
    {
        _measured.Start();

        _measured.Instruments.Where(line => line.Contains("coordinator", StringComparison.Ordinal)).Should().BeEquivalentTo(
            "Counter`1 pyremto.coordinator.hand_outs {hand_out}",
            "Counter`1 pyremto.coordinator.reports {report}",
            "Histogram`1 pyremto.coordinator.store.duration s",
            "ObservableUpDownCounter`1 pyremto.coordinator.waiting {request}");
    }

    [Fact]
    public async Task Hand_outs_and_reports_are_counted_by_kind_and_verdict()
    {
        _measured.Start();

        await AskAsync("a", new ExchangeRequest { Count = 3 });
        await AskAsync("b", new ExchangeRequest { Count = 2 });
        await AskAsync("a", new ExchangeRequest
        {
            Count = 0,
            Done = [Done(0), Done(1, """{"much":"more than is allowed"}"""), Done(1)],
            Failed = [new FailedReport(2, "it broke"), new FailedReport(3, "not mine")],
        });
        await AskAsync("b", new ExchangeRequest { Count = 0, Released = [new ReleasedReport(3), new ReleasedReport(4)] });
        await AskAsync("c", new ExchangeRequest { Count = 1 });

        _measured.Sums.Should().BeEquivalentTo(new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["pyremto.coordinator.hand_outs"] = 6,
            [$"{Reports} pyremto.report=done pyremto.verdict=accepted"] = 2,
            [$"{Reports} pyremto.report=done pyremto.verdict=refused"] = 1, // too large
            [$"{Reports} pyremto.report=failed pyremto.verdict=accepted"] = 1,
            [$"{Reports} pyremto.report=failed pyremto.verdict=not_held"] = 1,
            [$"{Reports} pyremto.report=released pyremto.verdict=accepted"] = 2,
            ["pyremto.coordinator.store.duration"] = 5,
        });
    }

    [Fact]
    public async Task S4_a_duplicate_result_is_counted_as_already_done()
    {
        await AskAsync("a", new ExchangeRequest { Count = 5 });
        await AskAsync("b", new ExchangeRequest());
        await AskAsync("a", new ExchangeRequest { Count = 0, Done = [Done(0)] });
        _measured.Start();

        await AskAsync("b", new ExchangeRequest { Count = 0, Done = [Done(0, """{"other":1}""")] });

        _measured.Sums.Should().ContainKey($"{Reports} pyremto.report=done pyremto.verdict=already_done").WhoseValue.Should().Be(1);
    }

    [Fact]
    public async Task S7_requests_that_wait_are_counted_while_they_wait()
    {
        await AskAsync("a", new ExchangeRequest { Count = 5 });
        _measured.Start();
        _measured.Observe("pyremto.coordinator.waiting").Should().Be(0);

        var waiting = AskAsync("a", new ExchangeRequest { Wait = TimeSpan.FromSeconds(10) });
        await _time.UntilTimerAsync(TimeSpan.FromSeconds(10));
        _measured.Observe("pyremto.coordinator.waiting").Should().Be(1);
        await _scheduler.CancelAsync(T, null, default);
        (await waiting).State.Should().Be(NextState.Done);

        _measured.Observe("pyremto.coordinator.waiting").Should().Be(0);
    }

    [Fact]
    public async Task S8_what_is_handed_out_to_a_caller_that_is_gone_counts_as_given_and_released()
    {
        _measured.Start();
        using var gone = new CancellationTokenSource();
        _log.OnLine = _ => gone.Cancel();

        var act = () => _scheduler.ExchangeAsync(new ExchangeRequest { Tags = [T], Worker = "a" }, gone.Token).AsTask();

        await act.Should().ThrowAsync<OperationCanceledException>();
        _measured.Sums.Should().Contain("pyremto.coordinator.hand_outs", 1)
            .And.Contain($"{Reports} pyremto.report=released pyremto.verdict=accepted", 1);
    }

    [Fact]
    public async Task An_exchange_is_traced_with_what_was_asked_and_answered_if_anybody_listens()
    {
        var traced = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source == _diagnostics.Activities,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = traced.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await AskAsync("a", new ExchangeRequest());
        var act = () => _scheduler.ExchangeAsync(new ExchangeRequest { Tags = [new TagAccess("unknown")] }, default).AsTask();
        await act.Should().ThrowAsync<TagUnknownException>();

        var answered = traced.First();
        answered.OperationName.Should().Be("pyremto.exchange");
        answered.TagObjects.Should().Contain(
        [
            new("pyremto.tag", "svr"), new("pyremto.worker", "a"), new("pyremto.state", "job"), new("pyremto.hand_outs", 1),
            new("pyremto.job_id", 0), new("pyremto.attempt", 1),
        ]);
        traced.Last().Status.Should().Be(ActivityStatusCode.Error);
        traced.Last().TagObjects.Should().Contain(new KeyValuePair<string, object?>("error.type", ErrorCodes.TagUnknown));
    }

    [Fact]
    public async Task The_log_tells_at_debug_which_job_went_to_whom()
    {
        await AskAsync("a", new ExchangeRequest { Count = 2 });
        await AskAsync(null, new ExchangeRequest());
        _log.Level = LogLevel.Information;
        await AskAsync("b", new ExchangeRequest());

        _log.All.Should().Equal(
            "Debug: Job 0 of tag svr, attempt 1, was given to a.",
            "Debug: Job 1 of tag svr, attempt 1, was given to a.",
            "Debug: Job 2 of tag svr, attempt 1, was given to an anonymous worker.");
    }

    [Fact]
    public async Task Without_diagnostics_a_scheduler_does_the_same_work()
    {
        await using var plain = new JobScheduler(
            JournaledJobStore.InMemory(_time), new PyremtoOptions(), _time, new SeededRandom(3), NullLogger<JobScheduler>.Instance);
        await plain.StartAsync(default);
        await plain.CreateTagAsync(new CreateTag { Tag = "svr" }, default);

        (await plain.ExchangeAsync(new ExchangeRequest { Tags = [T], Worker = "a" }, default)).State.Should().Be(NextState.NotSetUp);
    }

    private static DoneReport Done(int job, string result = "{}") => new(job, JsonText.Parse(result));

    private Task<ExchangeAnswer> AskAsync(string? worker, ExchangeRequest request) =>
        _scheduler.ExchangeAsync(request with { Tags = [T], Worker = worker }, default).AsTask();

    private sealed class Lines : ILogger<JobScheduler>
    {
        public ConcurrentQueue<string> All { get; } = new();

        public Action<string>? OnLine { get; set; }

        public LogLevel Level { get; set; } = LogLevel.Debug;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= Level;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = $"{logLevel}: {formatter(state, exception)}";
            All.Enqueue(line);
            OnLine?.Invoke(line);
        }
    }
}
