using System.Diagnostics;
using System.Threading.Channels;

namespace Pyremto;

/// <summary>
/// The shell around a <see cref="WorkerSlot"/>: messages come one by one through a channel, effects are done without waiting for them.
/// </summary>
internal sealed class SlotRunner : IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly int _number;
    private readonly WorkerSlot _slot;
    private readonly WorkerShell _shell;
    private readonly IReadOnlyList<TagAccess> _tags;
    private readonly ITimer _timer;
    private readonly Channel<Action<WorkerSlot, TimeSpan>> _inbox =
        Channel.CreateUnbounded<Action<WorkerSlot, TimeSpan>>(new UnboundedChannelOptions { SingleReader = true });

    private CancellationTokenSource _exchange = new();
    private CancellationTokenSource? _handler;
    private long _run;
    private long _runStartedAt;
    private Activity? _askTrace;
    private Activity? _runTrace;
    private TimeSpan? _armedFor;

    public SlotRunner(int number, WorkerSlot slot, WorkerShell shell, IReadOnlyList<TagAccess> tags)
    {
        _number = number;
        _slot = slot;
        _shell = shell;
        _tags = tags;
        _timer = shell.Time.CreateTimer(
            static runner => ((SlotRunner)runner!).TimerFired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public string Id => _slot.Id;

    public WorkerEndReason EndReason { get; private set; }

    /// <summary>Gives the slot a message; ignored once it has ended.</summary>
    public void Post(Action<WorkerSlot, TimeSpan> message) => _inbox.Writer.TryWrite(message);

    /// <summary>Runs the slot to its end. If it meets an error of its own, what it began is cancelled before that is thrown.</summary>
    public async Task RunAsync()
    {
        try
        {
            await LoopAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            _inbox.Writer.TryComplete();
            await _exchange.CancelAsync().ConfigureAwait(false);
            if (_handler is { } handler)
                await handler.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _exchange.Dispose();
    }

    private async Task LoopAsync()
    {
        Post(static (slot, now) => slot.Start(now));
        var ended = false;
        while (!ended && await _inbox.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (!ended && _inbox.Reader.TryRead(out var message))
            {
                message(_slot, _shell.Now);
                while (_slot.TryTakeEffect(out var effect))
                    Perform(effect);
                ended = _slot.HasEnded;
            }
            Arm();
        }
        _inbox.Writer.TryComplete();
    }

    private void Perform(SlotEffect effect)
    {
        switch (effect)
        {
            case SlotEffect.SendExchange send:
                _ = ExchangeAsync(send.Request, _exchange.Token);
                break;
            case SlotEffect.CancelExchange:
                _ = _exchange.CancelAsync();
                _exchange = new CancellationTokenSource();
                break;
            case SlotEffect.SendAside send:
                _ = SendAsideAsync(send.Request);
                break;
            case SlotEffect.LookUpTags:
                _ = LookUpTagsAsync();
                break;
            case SlotEffect.SendHeartbeat send:
                _ = HeartbeatAsync(send.Beat, send.Limit);
                break;
            case SlotEffect.StartHandler start:
                StartHandler(start.Job);
                break;
            case SlotEffect.CancelHandler cancel:
                _shell.HandlerCancelled(cancel.Job, cancel.Cause);
                _ = CancelHandlerAsync(_handler!, RunOf(cancel.Job));
                break;
            case SlotEffect.AbandonHandler abandon:
                _run++;
                _shell.HandlerAbandoned(RunOf(abandon.Job), abandon.Cause);
                break;
            case SlotEffect.JobEnded ended:
                var duration = _shell.Time.GetElapsedTime(_runStartedAt);
                _shell.JobEnded(RunOf(ended.Job), new JobRunEnd(ended.Outcome, duration, ended.Error, ended.Exception));
                break;
            case SlotEffect.Ended ended:
                EndReason = ended.Reason;
                _shell.SlotEnded(Id, ended);
                break;
            default:
                _shell.Notice(effect);
                break;
        }
    }

    private JobRun RunOf(HandOut job) => new(_shell.Name, Id, _number, job);

    private async Task ExchangeAsync(ExchangeRequest request, CancellationToken cancellationToken)
    {
        using var activity = _shell.Trace(request, SlotReports.CountOf(request) > 0 ? _runTrace : null);
        try
        {
            var answer = await _shell.Scheduler.ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
            _shell.ExchangeSucceeded(request.Tags.Count == _tags.Count);
            ExchangeTrace.Note(activity, answer);
            activity?.Stop();
            Post((slot, now) =>
            {
                _askTrace = activity;
                slot.ExchangeAnswered(answer, now);
            });
        }
        catch (Exception error)
        {
            ExchangeTrace.Note(activity, error);
            activity?.Stop();
            Post((slot, now) => slot.ExchangeFailed(error, now));
        }
    }

    private async Task SendAsideAsync(ExchangeRequest request)
    {
        using var activity = _shell.Trace(request, reported: null);
        try
        {
            var answer = await _shell.Scheduler.ExchangeAsync(request, CancellationToken.None).ConfigureAwait(false);
            ExchangeTrace.Note(activity, answer);
            Post((slot, _) => slot.AsideAnswered(request, answer));
        }
        catch (Exception error)
        {
            ExchangeTrace.Note(activity, error);
            Post((slot, _) => slot.AsideFailed(request));
        }
    }

    private async Task LookUpTagsAsync()
    {
        try
        {
            var existing = new HashSet<string>(StringComparer.Ordinal);
            foreach (var access in _tags)
            {
                if (await _shell.Scheduler.TagExistsAsync(access.Tag, CancellationToken.None).ConfigureAwait(false))
                    existing.Add(access.Tag);
            }
            Post((slot, now) => slot.TagsFound(existing, now));
        }
        catch (Exception error)
        {
            Post((slot, now) => slot.TagLookUpFailed(error, now));
        }
    }

    private async Task HeartbeatAsync(Heartbeat beat, TimeSpan limit)
    {
        try
        {
            using var time = new CancellationTokenSource(limit, _shell.Time);
            var answer = await _shell.Scheduler.HeartbeatAsync(beat, time.Token).ConfigureAwait(false);
            Post((slot, now) => slot.HeartbeatAnswered(beat, answer, now));
        }
        catch (Exception error)
        {
            _shell.HeartbeatFailed(Id, error);
            Post((slot, now) => slot.HeartbeatFailed(beat, error, now));
        }
    }

    private void StartHandler(HandOut job)
    {
        var run = ++_run;
        var cancellation = new CancellationTokenSource();
        var asked = _askTrace;
        _handler = cancellation;
        _runTrace = null;
        _runStartedAt = _shell.Time.GetTimestamp();
        _shell.JobStarted(RunOf(job));
        // On the pool, since a handler may compute for long before it first awaits.
        _ = Task.Run(async () =>
        {
            var (end, activity) = await _shell.RunHandlerAsync(job, _number, Id, asked, cancellation.Token).ConfigureAwait(false);
            Post((slot, now) => HandlerEnded(slot, run, end, activity, now));
        });
    }

    private void HandlerEnded(WorkerSlot slot, long run, HandlerEnd end, Activity? activity, TimeSpan now)
    {
        if (run != _run)
            return;
        _runTrace = activity;
        slot.HandlerEnded(end, now);
    }

    private async Task CancelHandlerAsync(CancellationTokenSource handler, JobRun jobRun)
    {
        try
        {
            await handler.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _shell.CancellationFailed(jobRun, error);
        }
    }

    private void Arm()
    {
        var deadline = _slot.NextDeadline;
        if (deadline == _armedFor || (_armedFor is not null && deadline >= _armedFor))
            return; // a timer that fires too early only looks at the clock again
        if (deadline is null)
            return;
        _armedFor = deadline;
        var due = deadline.Value - _shell.Now;
        _timer.Change(due < TimeSpan.Zero ? TimeSpan.Zero : due < LongestTimer ? due : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    private void TimerFired() => Post((slot, now) =>
    {
        _armedFor = null;
        slot.DeadlinePassed(now);
    });
}
