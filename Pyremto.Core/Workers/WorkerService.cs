using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Pyremto;

/// <summary>One worker of a host: starts its slots, tells them what is no longer needed, and ends them with the host.</summary>
internal sealed partial class WorkerService(string name, Func<JsonSerializerOptions, JobPipeline> bind, IServiceProvider services)
    : IHostedLifecycleService, IAsyncDisposable
{
    private readonly CancellationTokenSource _allEnded = new();
    private readonly ILogger _logger = SafeLogger.Over(services.GetService<ILoggerFactory>()?.CreateLogger("Pyremto.Worker") ?? NullLogger.Instance);
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();
    private IReadOnlyList<SlotRunner> _slots = [];
    private Task _running = Task.CompletedTask;
    private WorkerOptions? _options;
    private CancellationTokenRegistration _askNoMore;
    private bool _votes;
    private int _stopsLogged;
    private int _idleLogged;
    private string? _message;

    private WorkerOptions Options => _options ??= services.GetRequiredService<IOptionsMonitor<WorkerOptions>>().Get(name);

    /// <summary>Joins the vote before any worker of the host is started, so that a quick one does not stop the host before the
    /// others.</summary>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _votes = Options.WhenNothingLeft == WhenNothingLeft.StopHost;
        if (_votes)
            services.GetRequiredService<HostStopVote>().Join();
        return Task.CompletedTask;
    }

    /// <summary>Starts the slots; that the handler's types can be read and written is found out here.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = SlotSettings.From(Options);
        var random = services.GetRequiredService<IRandomSource>();
        var limits = WorkerLimits.From(Options, random);
        var observers = new WorkerObservers(name, Options.Observers(), _logger);
        var shell = new WorkerShell(
            name,
            services.GetRequiredService<IJobScheduler>(),
            _time,
            services.GetRequiredService<IServiceScopeFactory>(),
            bind(PayloadOptions.Over(Options.JsonMetadata())),
            services.GetRequiredService<PyremtoDiagnostics>().Worker,
            observers,
            _logger)
        {
            StopWorker = StopForGood,
            TagsChanged = () => Tell(static (slot, now) => slot.LookAgain(now)),
            SlotHasEnded = () => Tell(static (slot, now) => slot.DeadlinePassed(now)),
        };
        _slots =
        [
            .. Enumerable.Range(0, Options.Concurrency)
                .Select(number => new SlotRunner(
                    number,
                    new WorkerSlot(WorkerId.Create($"{name}-{number}", random), settings, limits, random),
                    shell,
                    settings.Tags)),
        ];
        _askNoMore = Options.AskNoMore().Register(() => Tell(static (slot, now) => slot.StopAsking(WorkerEndReason.AskedNoMore, now)));
        var state = new WorkerState(name, limits.Tags, shell);
        services.GetRequiredService<WorkerStates>().Add(state);
        _running = Task.Run(() => RunAsync(shell.Scheduler, observers, state), CancellationToken.None);
        LogStarted(name, Options.TagPrefix is null ? string.Join(", ", settings.Tags) : $"{Options.TagPrefix}*", Options.Concurrency);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Lets the jobs that run finish until the host's time is up, then cancels them and gives them back.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Tell(static (slot, now) => slot.StopAsking(WorkerEndReason.HostStopped, now));
        using var timeIsUp = cancellationToken.Register(() => Tell(static (slot, now) => slot.StopNow(now)));
        if (Options.FinishWithin is { } finishWithin && finishWithin > TimeSpan.Zero)
        {
            using var limit = new CancellationTokenSource(finishWithin, _time);
            using var finished = limit.Token.Register(() => Tell(static (slot, now) => slot.StopNow(now)));
            await _running.ConfigureAwait(false);
            return;
        }
        if (Options.FinishWithin is not null)
            Tell(static (slot, now) => slot.StopNow(now));
        await _running.ConfigureAwait(false);
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A host that failed to start is disposed without being stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        await _askNoMore.DisposeAsync().ConfigureAwait(false);
        Tell(static (slot, now) => slot.StopNow(now));
        await _running.ConfigureAwait(false);
        foreach (var slot in _slots)
            slot.Dispose();
        _allEnded.Dispose();
    }

    private void Tell(Action<WorkerSlot, TimeSpan> message)
    {
        foreach (var slot in _slots)
            slot.Post(message);
    }

    private void StopForGood(WorkerEndReason reason, string message)
    {
        if (reason == WorkerEndReason.Idle)
        {
            if (Interlocked.Exchange(ref _idleLogged, 1) == 0)
                LogStopsIdle(name, message);
        }
        else if (Interlocked.Exchange(ref _stopsLogged, 1) == 0)
        {
            _message = message;
            LogStopsForGood(name, message);
        }
        Tell((slot, now) => slot.StopAsking(reason, now));
    }

    /// <summary>
    /// Slots may end for different reasons: the one that a person has to know counts. A slot that might start no more jobs tells nothing
    /// while another found nothing left.
    /// </summary>
    private static int Weight(WorkerEndReason reason) => reason switch
    {
        WorkerEndReason.JobLimit => 0,
        WorkerEndReason.NothingLeft => 1,
        WorkerEndReason.Idle => 2,
        WorkerEndReason.AskedNoMore => 3,
        WorkerEndReason.HostStopped => 4,
        WorkerEndReason.RepeatedFailures => 5,
        _ => 6,
    };

    private async Task RunAsync(IJobScheduler scheduler, WorkerObservers observers, WorkerState state)
    {
        var watch = WatchNotNeededAsync(scheduler, _allEnded.Token);
        var ran = await Task.WhenAll(_slots.Select(RunAsync)).ConfigureAwait(false);
        var crashed = ran.Contains(false);
        await _allEnded.CancelAsync().ConfigureAwait(false);
        await watch.ConfigureAwait(false);
        var reason = crashed ? WorkerEndReason.Crashed : _slots.Select(slot => slot.EndReason).MaxBy(Weight);
        LogEnded(name, reason);
        if (reason == WorkerEndReason.RepeatedFailures)
            _message ??= "Its jobs failed on this machine, and none succeeded.";
        var end = new WorkerEnd(name, reason, _message);
        state.End = end;
        observers.Ended(end);
        if (_votes)
            services.GetRequiredService<HostStopVote>().Leave();
    }

    /// <summary>Runs a slot; false if it crashed. Then the others finish what they run, and the worker ends.</summary>
    private async Task<bool> RunAsync(SlotRunner slot)
    {
        try
        {
            await slot.RunAsync().ConfigureAwait(false);
            return true;
        }
        catch (Exception error)
        {
            LogCrashed(name, error);
            _message = "The worker met an error of its own; the log tells more.";
            Tell(static (slot, now) => slot.StopAsking(WorkerEndReason.Crashed, now));
            return false;
        }
    }

    /// <summary>Passes on what is told to be no longer needed (S11). The heartbeats tell it too, later, so a broken watch costs time
    /// only.</summary>
    private async Task WatchNotNeededAsync(IJobScheduler scheduler, CancellationToken cancellationToken)
    {
        var byId = _slots.ToDictionary(slot => slot.Id, StringComparer.Ordinal);
        var watched = new NotNeededWatch { Tags = Options.Accesses, TagPrefix = Options.TagPrefix, Workers = [.. byId.Keys] };
        var delay = new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), services.GetRequiredService<IRandomSource>());
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await foreach (var job in scheduler.WatchNotNeededAsync(watched, cancellationToken).ConfigureAwait(false))
                {
                    delay.Reset();
                    if (byId.TryGetValue(job.Worker, out var runner))
                        runner.Post((slot, now) => slot.NotNeeded(job, now));
                }
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                LogWatchBroke(name, error);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(delay.Next(), _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
