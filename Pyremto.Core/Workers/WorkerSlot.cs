using System.Diagnostics.CodeAnalysis;

namespace Pyremto;

/// <summary>
/// One slot of a worker, which runs one job at a time: asks, runs, reports with the next asking. It decides and does nothing: every
/// message comes with the time since the start, and what is to be done stands in <see cref="TryTakeEffect"/> afterwards. Not thread-safe.
/// </summary>
internal sealed partial class WorkerSlot(string id, SlotSettings settings, WorkerLimits limits, IRandomSource random)
{
    private readonly List<SlotEffect> _effects = [];
    private readonly SlotReports _reports = new();
    private Step _step;
    private WorkerEndReason? _stopping;
    private TimeSpan? _giveUpAt;

    /// <summary>Where the slot is.</summary>
    private enum Step
    {
        /// <summary>It was not started.</summary>
        New,

        /// <summary>An exchange is under way.</summary>
        Asking,

        /// <summary>An exchange failed and is repeated when due.</summary>
        Retrying,

        /// <summary>A new exchange is sent when due.</summary>
        Resting,

        /// <summary>It is being found out which tags exist.</summary>
        LookingUp,

        /// <summary>A handler runs.</summary>
        Running,

        /// <summary>All is over.</summary>
        Ended,
    }

    /// <summary>The worker's id that this slot goes by.</summary>
    public string Id { get; } = id;

    public bool HasEnded => _step == Step.Ended;

    /// <summary>When <see cref="DeadlinePassed"/> is due; null while only a message can change something.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            TimeSpan? next = null;
            switch (_step)
            {
                case Step.Retrying or Step.Resting:
                    next = _dueAt;
                    break;
                case Step.Running:
                    next = RunningDeadline();
                    break;
                case Step.Ended:
                    return null;
            }
            return Earlier(Earlier(next, IdleDeadline), _giveUpAt);
        }
    }

    /// <summary>
    /// When the worker has been idle for too long. While another slot runs a job there is nothing to wait for: that one looks when it ends.
    /// </summary>
    private TimeSpan? IdleDeadline => _step == Step.Running || _stopping is not null ? null : limits.Idle.EndsAt;

    /// <summary>The next thing to do; there are a handful at most.</summary>
    public bool TryTakeEffect([NotNullWhen(true)] out SlotEffect? effect)
    {
        effect = _effects.Count > 0 ? _effects[0] : null;
        if (effect is not null)
            _effects.RemoveAt(0);
        return effect is not null;
    }

    public void Start(TimeSpan now)
    {
        if (_step == Step.New)
            Ask(now);
    }

    public void DeadlinePassed(TimeSpan now)
    {
        if (_step == Step.Ended)
            return;
        if (now >= _giveUpAt)
        {
            if (_step == Step.Asking)
                Emit(new SlotEffect.CancelExchange());
            End(now);
        }
        else if (now >= IdleDeadline)
        {
            Emit(new SlotEffect.StopWorker(WorkerEndReason.Idle, $"There was no work for {limits.Idle.Limit}."));
            StopAsking(WorkerEndReason.Idle, now);
        }
        else if (_step == Step.Running)
        {
            RunningDeadlinePassed(now);
        }
        else if (_step == Step.Retrying && now >= _dueAt)
        {
            Send(now);
        }
        else if (_step == Step.Resting && now >= _dueAt)
        {
            Ask(now);
        }
    }

    /// <summary>Asks for nothing more: what runs goes on and is reported, what was just given is given back.</summary>
    public void StopAsking(WorkerEndReason reason, TimeSpan now)
    {
        if (_stopping is not null || _step == Step.Ended)
            return;
        _stopping = reason;
        switch (_step)
        {
            case Step.Asking when !_cancelled && _pending is { Count: > 0 }:
                _cancelled = true;
                Emit(new SlotEffect.CancelExchange());
                break;
            case Step.Retrying when _pending is { Count: > 0 } pending:
                // The answer that got lost may have held a job: fetch it once more, to give it back (S8).
                _pending = pending with { Wait = TimeSpan.Zero };
                Send(now);
                break;
            case Step.New or Step.Resting or Step.LookingUp:
                Finish(now);
                break;
        }
    }

    /// <summary>The host's time is up: cancels what runs and gives it back.</summary>
    public void StopNow(TimeSpan now)
    {
        StopAsking(WorkerEndReason.HostStopped, now);
        if (_giveUpAt is not null || _step == Step.Ended)
            return;
        _giveUpAt = now + settings.HandlerGraceAtStop + SlotSettings.LastReportsWithin;
        if (_step == Step.Running)
            Cancel(CancelCause.HostStopping, settings.HandlerGraceAtStop, now);
    }

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) =>
        one is null ? other : other is null || one < other ? one : other;

    private void Emit(SlotEffect effect) => _effects.Add(effect);

    /// <summary>Delivers what is left to report, then ends.</summary>
    private void Finish(TimeSpan now)
    {
        TakeBackAside();
        if (_reports.Count == 0)
            End(now);
        else
            SendReports(now);
    }

    private void SendReports(TimeSpan now)
    {
        var held = limits.Tags.HeldBack(this);
        var waits = !AnyToReport();
        var tags = _reports.Tags.Where(tag => waits || !held.ContainsKey(tag)).ToHashSet(StringComparer.Ordinal);
        _pending = _reports.MoveInto(NewRequest() with
        {
            Tags = [.. settings.Tags.Where(access => tags.Contains(access.Tag))],
            Count = 0,
        }, waits ? TagRoster.NoneHeldBack : held);
        if (!waits)
        {
            Send(now);
            return;
        }
        _step = Step.Retrying; // only a ban is in the way, and passes
        _dueAt = tags.Min(tag => held[tag]);
    }

    private void End(TimeSpan now)
    {
        _step = Step.Ended;
        TakeBackAside();
        var undelivered = _reports.Count + (_pending is null ? 0 : SlotReports.CountOf(_pending));
        var isHopeless = limits.Tags.AnyFails && limits.Failures.NothingSucceeded;
        StopTrying(now);
        Emit(new SlotEffect.Ended(_stopping ?? (isHopeless ? WorkerEndReason.RepeatedFailures : WorkerEndReason.NothingLeft), undelivered));
    }
}
